"""The words everybody in the house speaks: value objects that refuse nonsense when made."""
