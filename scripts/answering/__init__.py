"""What scripts/answering.py is made of: photos with words, items made of them, a module a verb, and the figures."""
