"""Names in questions and statements: articles, plurals."""

from __future__ import annotations

PLURAL = frozenset("autumn leaves, binoculars, coins, grapes, pliers, scissors, tweezers".split(", "))
MASS = frozenset("broccoli, coffee, corn, cutlery, garlic, ginger, grass, holly, lavender, lettuce".split(", "))
# What a category is called in "what ... is this?".
KINDS = {
    "mammal": "animal",
    "reptile": "animal",
    "thing": "object",
    "household thing": "object",
    "sport": "object",
    "space": "object",
}


def a(name: str) -> str:
    """a dog, an owl, scissors, garlic, Saturn: a single word with a capital is a planet."""
    if name in PLURAL or name in MASS or (name[0].isupper() and " " not in name):
        return name
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"


def yes_no(name: str, turn: int) -> str:
    """One of the usual ways to ask, by turns."""
    be, this = ("are", "these") if name in PLURAL else ("is", "this")
    return (
        f"{be} there {a(name)} in the picture?",
        f"{be} {this} {a(name)}?",
        f"does the photo show {a(name)}?",
    )[turn % 3]


def there_is(name: str, turn: int) -> str:
    be, this = ("are", "these are") if name in PLURAL else ("is", "this is")
    return (f"there {be} {a(name)} in the picture", f"{this} {a(name)}", f"a photo of {a(name)}")[turn % 3]


def there_is_no(name: str, turn: int) -> str:
    be, this = ("are", "these are") if name in PLURAL else ("is", "this is")
    return (f"there {be} no {name} in the picture", f"{this} not {a(name)}", f"a photo without {a(name)}")[turn % 3]


def which(category: str, turn: int) -> str:
    kind = KINDS.get(category, category)
    return (f"what {kind} is this?", f"which {kind} is in the picture?", f"what kind of {kind} is this?")[turn % 3]
