#!/usr/bin/python3
"""Computes what the statistics of stats/ should be by other means than theirs: whole numbers and fractions by definition,
where stats/ has stable formulas and fast algorithms, and 60 decimal digits for roots. Prints independent_table.inc; `--check FILE` exits 1
where FILE differs."""
import argparse
import decimal
import fractions
import itertools
import math
import random
import sys

decimal.getcontext().prec = 60
Decimal = decimal.Decimal
Fraction = fractions.Fraction
SMALLEST_DOUBLE = Decimal("1e-323")
LONGEST_EXACT = 3000  # discordant pairs; above, binomial coefficients come from Stirling's series


def as_decimal(value):
    value = Fraction(value)
    return Decimal(value.numerator) / Decimal(value.denominator)


def bisect(is_below, low, high):
    for _ in range(190):
        middle = (low + high) / 2
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return (low + high) / 2


def normal_quantile(probability):
    pi = bisect(lambda x: sine(x) > 0, Decimal(3), Decimal(4))

    def density_area(z):  # from 0 to z, by the power series of the density
        term, total, k = z, Decimal(0), 0
        while abs(term) > Decimal("1e-58"):
            total += term / (2 * k + 1)
            k += 1
            term = -term * z * z / (2 * k)
        return total / (2 * pi).sqrt()

    return bisect(lambda z: density_area(z) < as_decimal(probability) - Decimal("0.5"), Decimal(0), Decimal(5))


def sine(x):
    term, total, k = x, Decimal(0), 1
    while abs(term) > Decimal("1e-58"):
        total += term
        term = -term * x * x / ((k + 1) * (k + 2))
        k += 2
    return total


QUANTILE = normal_quantile(Fraction(975, 1000))
PI = bisect(lambda x: sine(x) > 0, Decimal(3), Decimal(4))
BERNOULLI = [Fraction(1, 6), Fraction(-1, 30), Fraction(1, 42), Fraction(-1, 30), Fraction(5, 66), Fraction(-691, 2730)]


def log_factorial(n):
    n = Decimal(n)
    series = sum(as_decimal(b) / (2 * j * (2 * j - 1) * n ** (2 * j - 1)) for j, b in enumerate(BERNOULLI, 1))
    return n * n.ln() - n + (2 * PI * n).ln() / 2 + series


def mcnemar(b, c):
    """Both tails that are as far from the middle, of all 2^n ways the discordant pairs can fall."""
    n, k = b + c, min(b, c)
    if n == 0 or 2 * k == n:
        return Decimal(1)
    if n <= LONGEST_EXACT:
        ways = sum(math.comb(n, i) for i in range(k + 1)) + sum(math.comb(n, i) for i in range(n - k, n + 1))
        return min(Decimal(1), as_decimal(Fraction(ways, 2**n)))
    term = (log_factorial(n) - log_factorial(k) - log_factorial(n - k) - n * Decimal(2).ln()).exp() if k else Decimal(2) ** -n
    total = Decimal(0)
    smallest = term * Decimal("1e-25")
    while k >= 0 and term > smallest:
        total += term
        term = term * k / (n - k + 1)
        k -= 1
    return min(Decimal(1), 2 * total)


def wilson(successes, trials):
    """The two rates that the score test only just doesn't reject, found by halving."""
    rate = Decimal(successes) / trials

    def rejected(p):
        return trials * (rate - p) ** 2 > QUANTILE**2 * p * (1 - p)

    lower = Decimal(0) if successes == 0 else bisect(rejected, Decimal(0), rate)
    upper = Decimal(1) if successes == trials else bisect(lambda p: not rejected(p), rate, Decimal(1))
    return lower, upper


def newcombe(both, only_a, only_b, neither):
    n = both + only_a + only_b + neither
    first, second = both + only_b, both + only_a  # B's rate less A's
    (low1, high1), (low2, high2) = wilson(first, n), wilson(second, n)
    rate1, rate2 = Decimal(first) / n, Decimal(second) / n
    margins = first * second * (n - first) * (n - second)
    cross = Fraction(both * neither - only_a * only_b)
    if cross > 0:
        cross = max(cross - Fraction(n, 2), Fraction(0))
    phi = as_decimal(cross) / Decimal(margins).sqrt() if margins else Decimal(0)
    down, up = (rate1 - low1, high2 - rate2), (rate2 - low2, high1 - rate1)
    spread = lambda x, y: max(Decimal(0), x * x - 2 * phi * x * y + y * y).sqrt()
    return rate1 - rate2 - spread(*down), rate1 - rate2 + spread(*up)


def kappa(both, only_a, only_b, neither):
    n = both + only_a + only_b + neither
    observed = Fraction(both + neither, n)
    expected = Fraction((both + only_a) * (both + only_b) + (only_b + neither) * (only_a + neither), n * n)
    return None if expected == 1 else (observed - expected) / (1 - expected)


def holm(p_values):
    """By the closure principle: a hypothesis is rejected when every set it belongs to is, each by Bonferroni's test."""
    adjusted = []
    for i in range(len(p_values)):
        worst = Fraction(0)
        for size in range(1, len(p_values) + 1):
            for chosen in itertools.combinations(range(len(p_values)), size):
                if i in chosen:
                    worst = max(worst, min(Fraction(1), size * min(Fraction(p_values[j]) for j in chosen)))
        adjusted.append(worst)
    return adjusted


def sign(x):
    return (x > 0) - (x < 0)


def tau_b(a, b):
    signs = [(sign(a[i] - a[j]), sign(b[i] - b[j])) for i in range(len(a)) for j in range(i)]
    of_a, of_b = sum(s != 0 for s, _ in signs), sum(s != 0 for _, s in signs)
    return Decimal(sum(s * t for s, t in signs)) / Decimal(of_a * of_b).sqrt() if of_a * of_b else None


def rho(a, b):
    def ranks(x):
        return [sum(y < each for y in x) + Fraction(sum(y == each for y in x) + 1, 2) for each in x]

    mean = Fraction(len(a) + 1, 2)
    a, b = [r - mean for r in ranks(a)], [r - mean for r in ranks(b)]
    squares = sum(r * r for r in a) * sum(r * r for r in b)
    return as_decimal(sum(r * s for r, s in zip(a, b))) / as_decimal(squares).sqrt() if squares else None


def threshold(scores, verdicts, rule):
    """Every cut through the distinct scores, judged one pair at a time; the best by agreement, margin, smallness."""
    distinct = sorted(set(scores))
    up, down = (math.nextafter(distinct[-1], math.inf), math.nextafter(distinct[0], -math.inf))
    cuts = [(distinct[0], 0.0), (up, 0.0)] if rule == "at_least" else [(down, 0.0), (distinct[-1], 0.0)]
    cuts += [(float((Fraction(x) + Fraction(y)) / 2), y - x) for x, y in itertools.pairwise(distinct)]
    passes = (lambda s, t: s >= t) if rule == "at_least" else (lambda s, t: s <= t)
    judged = [(sum(passes(s, t) == v for s, v in zip(scores, verdicts)), margin, -t) for t, margin in cuts]
    agreeing, _, negated = max(judged)
    return agreeing, -negated


def number(value):
    if value is None:
        return "null"
    value = value if isinstance(value, Decimal) else as_decimal(value)
    return f"{value:.20e}" if abs(value) > SMALLEST_DOUBLE else "0"


def listed(values):
    return "{" + ", ".join(values) + "}"


def paired_tables(draw):
    known = [(36, 12, 2, 0), (20, 12, 2, 16), (0, 29, 1, 0), (54, 0, 0, 0), (53, 0, 0, 1), (27, 0, 0, 27), (794, 150, 86, 570)]
    small = [cells for cells in itertools.product(range(3), repeat=4) if sum(cells)]
    drawn = [tuple(draw.randrange(10 ** draw.randrange(1, 4)) for _ in range(4)) for _ in range(120)]
    large = [(10**9, 10**9, 10**9, 10**9), (10**9, 10**9, 10**9 - 50_000, 10**9), (5, 10**9, 10**9 - 300_000, 7),
             (10**9, 123_456, 120_000, 10**9), (0, 10**6, 9 * 10**5, 0), (10**9, 3, 40, 10**9), (10**9, 0, 1000, 1),
             (1, 1500, 1501, 1), (1, 2000, 2500, 1), (10**6, 31, 31, 10**6), (0, 0, 1060, 0), (999_999_999, 1, 0, 0)]
    return known + small + [cells for cells in drawn if sum(cells)] + large


def print_table(out):
    draw = random.Random(20240517)
    out.append("// Written by tests/stats/independent_table.py; `tests/stats/independent_table.py > tests/stats/independent_table.inc`")
    out.append("// makes it anew. What the figures are is told in independent_table.hpp.")
    out.append("const paired_row paired_rows[] = {")
    for cells in paired_tables(draw):
        both, only_a, only_b, neither = cells
        n = sum(cells)
        figures = [Fraction(only_b - only_a, n), Fraction(both + neither, n), kappa(*cells), mcnemar(only_a, only_b), *newcombe(*cells)]
        out.append(f"    {{{listed(map(str, cells))}, {', '.join(map(number, figures))}}},")
    out.append("};\nconst proportion_row proportion_rows[] = {")
    for successes, trials in [(81, 263), (15, 148), (0, 20), (1, 29), (29, 29), (0, 1), (1, 1), (1, 10**9), (10**9 - 1, 10**9), (5 * 10**8, 10**9)]:
        out.append(f"    {{{successes}, {trials}, {', '.join(map(number, wilson(successes, trials)))}}},")
    out.append("};\nconst family_row family_rows[] = {")
    for size in range(1, 9):
        for _ in range(3):
            family = [draw.choice([draw.random(), draw.random() ** 6, 0.01, 0.0, 1.0]) for _ in range(size)]
            out.append(f"    {{{listed(map(repr, family))}, {listed(map(number, holm(family)))}}},")
    out.append("};\nconst correlation_row correlation_rows[] = {")
    for size in [2, 2, 3, 3, 4, 5, 6, 7, 8, 12, 20, 40]:
        for levels in (2, 4, 1000):
            a = [draw.randrange(levels) / 8 for _ in range(size)]
            b = [draw.randrange(levels) / 8 if draw.random() < 0.6 else x for x in a]
            out.append(f"    {{{listed(map(repr, a))}, {listed(map(repr, b))}, {number(tau_b(a, b))}, {number(rho(a, b))}}},")
    out.append("};\nconst threshold_row threshold_rows[] = {")
    for size in [1, 1, 2, 3, 4, 5, 6, 8, 10, 15, 25]:
        for levels in (1, 3, 8, 1000):
            scores = [draw.randrange(levels) / 10 for _ in range(size)]
            verdicts = [(s + draw.random() * levels / 10 > levels / 10) for s in scores]
            for rule in ("at_least", "at_most"):
                agreeing, at = threshold(scores, verdicts, rule)
                told = listed("true" if v else "false" for v in verdicts)
                out.append(f"    {{{listed(map(repr, scores))}, {told}, threshold_rule::{rule}, {agreeing}, {at!r}}},")
    out.append("};")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", type=argparse.FileType())
    check = arguments.parse_args().check
    out = []
    print_table(out)
    text = "\n".join(out) + "\n"
    if check is None:
        sys.stdout.write(text)
    elif check.read() != text:
        sys.exit(f"{check.name} isn't what this program computes")


main()
