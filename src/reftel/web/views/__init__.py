"""Page data, one module a kind of page: each asks the library and gives one struct, with nothing of HTML in it."""
