// Before anything is shown: light or dark, as this browser was last told. Kept here only, and sent to nobody.
try {
  const theme = localStorage.getItem("reftel-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch (error) { /* a browser that keeps nothing is as good */ }
