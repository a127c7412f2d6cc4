"""How a value is understood, in the words that stand under its cell."""

from performance.goals.value import Kind, parse, understood


def meaning(text: str) -> str:
    """Empty where it says no more than the value itself."""
    value = parse(text)
    return "" if value.kind is Kind.QUANT and value.implicit else understood(value)
