"""What stands in the record, as screens and the API show it: rows, words, places on one axis. No rule of the trade."""
