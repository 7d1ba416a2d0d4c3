"""Extract organisations, products, money and dates from Chinese and English news about medical AI."""

__version__ = "0.1.0"
