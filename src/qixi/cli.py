"""x."""


def main():
    pass
