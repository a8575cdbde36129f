"""The ratios that bench/run holds the gateway to: name, how it is made of what was measured, and the goal. No absolute time is
among them; sizes of memory are, since they are the same on every machine."""


def ratio(case, figure, program, peer):
    return lambda found: found[case][program][figure] / found[case][peer][figure]


def of_gateway(case, figure, unit=1):
    return lambda found: found[case]["gateway"][figure] / unit


def against_walk(page):
    return lambda found: found["translation"][page]["walk_us"] / found["translation"][page]["translate_us"]


KIB, MIB = 1024, 1024 * 1024
GOALS = (
    ("poll: CPU a request, of nginx's", ratio("poll", "cpu_us", "gateway", "nginx"), "<=", 1.0),
    ("poll: requests/s, of Node's", ratio("poll", "per_second", "gateway", "node"), ">=", 8),
    ("staso_page: pages/s, of nginx's", ratio("staso_page", "per_second", "gateway", "nginx"), ">=", 0.5),
    ("staso_page: pages/s, of Node's", ratio("staso_page", "per_second", "gateway", "node"), ">=", 17),
    ("gradient_20: pages/s, of nginx's", ratio("gradient_20", "per_second", "gateway", "nginx"), ">=", 0.6),
    ("gradient_20: pages/s, of Node's", ratio("gradient_20", "per_second", "gateway", "node"), ">=", 14),
    ("gradient_200: pages/s, of nginx's", ratio("gradient_200", "per_second", "gateway", "nginx"), ">=", 1.0),
    ("gradient_200: pages/s, of Node's", ratio("gradient_200", "per_second", "gateway", "node"), ">=", 11),
    ("cached: hits/s, of nginx's", ratio("cached", "per_second", "gateway", "nginx"), ">=", 1.6),
    ("latency: added p50, of nginx's", ratio("latency", "added_p50_us", "gateway", "nginx"), "<=", 1.0),
    ("latency: added p99, of nginx's", ratio("latency", "added_p99_us", "gateway", "nginx"), "<=", 1.0),
    ("translation: Staso page, of an on-demand walk's speed", against_walk("staso_page"), ">=", 0.9),
    ("translation: 20 Gradient prompts, of a walk's speed", against_walk("gradient_20"), ">=", 0.6),
    ("translation: 200 Gradient prompts, of a walk's speed", against_walk("gradient_200"), ">=", 0.7),
    ("export: time, of nginx's for the same pages", ratio("export", "seconds", "gateway", "nginx"), "<=", 2),
    ("export: growth, live (MiB)", of_gateway("export", "growth", MIB), "<=", 4),
    ("archived_export: growth (MiB)", of_gateway("archived_export", "growth", MIB), "<=", 16),
    ("archived_export: vendor calls", of_gateway("archived_export", "vendor_calls"), "<=", 0),
    ("archived: vendor calls", of_gateway("archived", "vendor_calls"), "<=", 0),
    ("idle: RSS (MiB)", of_gateway("idle", "rss", MIB), "<=", 16),
    ("idle: RSS of a further client (KiB)", of_gateway("idle", "rss_each", KIB), "<=", 12),
    ("streams: RSS of a further stream (KiB)", of_gateway("streams", "rss_each", KIB), "<=", 24),
)


def judged(found):
    """Each goal that can be told of what was measured: its name, the value, what is wanted, and whether it is reached."""
    out = []
    for name, made_of, compared, goal in GOALS:
        try:
            value = made_of(found)
        except KeyError:
            continue
        out.append({"goal": name, "value": round(value, 3), "wanted": f"{compared} {goal}",
                    "reached": value <= goal if compared == "<=" else value >= goal})
    return out
