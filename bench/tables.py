"""What bench/run found, as text or as the tables of docs/performance.md."""

LOOP = (("per_second", "requests/s"), ("cpu_us", "CPU us"), ("rate", "rate/s"), ("rate_p50_us", "p50 us"),
        ("rate_p99_us", "p99 us"), ("rss", "RSS MiB"), ("bytes", "body bytes"))
SIZES_IN_MIB = {"rss", "growth"}
SIZES_IN_KIB = {"rss_each"}


def shown(figure, value):
    if figure in SIZES_IN_MIB:
        return f"{value / 2**20:.1f} MiB"
    if figure in SIZES_IN_KIB:
        return f"{value / 2**10:.1f} KiB"
    return f"{value:,.2f}" if isinstance(value, float) and abs(value) < 100 else f"{value:,.0f}"


def loops(found):
    """Cases that ran in a closed loop."""
    rows = [["case", "program", *(head for _, head in LOOP)]]
    for case, programs in found.items():
        for program, figures in programs.items():
            if "cpu_us" in figures:
                rows.append([case, program, *(shown(f, figures[f]).removesuffix(" MiB") if f in figures else "" for f, _ in LOOP)])
    return rows


def further(found):
    rows = [["case", "program", "figures"]]
    for case, programs in found.items():
        for program, figures in programs.items():
            if not isinstance(figures, dict):
                rows.append([case, program, shown(program, figures)])
            elif rest := {f: v for f, v in figures.items() if "cpu_us" not in figures or f not in dict(LOOP) | {"p50_us": 0, "p99_us": 0}}:
                rows.append([case, program, ", ".join(f"{f} {shown(f, v)}" for f, v in rest.items())])
    return rows


def judgements(goals):
    return [["ratio", "measured", "goal", ""]] + [
        [g["goal"], f"{g['value']:g}", g["wanted"], "" if g["reached"] else "MISSED"] for g in goals]


def text_of(rows, markdown):
    if markdown:
        return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]))
    widths = [max(map(len, column)) for column in zip(*rows)]

    def cell(text, width):
        return text.rjust(width) if text[:1].isdigit() or text in dict(LOOP).values() else text.ljust(width)

    return "\n".join("  ".join(map(cell, row, widths)).rstrip() for row in rows)


def report(found, goals, markdown):
    tables = (loops(found), further(found), judgements(goals))
    return "\n\n".join(text_of(each, markdown) for each in tables if len(each) > 1)
