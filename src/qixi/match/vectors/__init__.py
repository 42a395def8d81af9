"""Vectors of an embedding model at size: the nearest of many, products of pairs, words and vectors fused."""
