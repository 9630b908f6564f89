#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A year of a fleet: its exposure score with and without its exceptions, and what each of these is worth.

Every score is asked for as of its day, from one store, after the fact. With matplotlib the answer is a picture, too.

usage: score_trend.py [PICTURE.png]
"""
import random
import sys
from datetime import datetime, timedelta, timezone

import reprieve
from reprieve import ExceptionRequest, Impact, Justification, Permission, Severity

BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)
DAYS = 364
PRODUCTS = ["browser", "mail", "office", "runtime", "vpn-client", "archiver"]


# %% A fleet that lives: weaknesses appear, and most devices are updated some time later.
def weakness(facts, chance, product, number):
    name = f"CVE-2026-{1000 + number}"
    facts.weakness(name, severity=chance.choice([Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]),
                   epss=chance.choice([0.01, 0.02, 0.05, 0.2]))
    return product, name


def live(session, clock, file_exceptions):
    chance, open_on, count = random.Random(8), {}, 0
    devices = [f"pc-{i:03}" for i in range(60)]
    session.set_policies({"history_kept": "400d"})  # how far one can look back
    with session.batch() as facts:
        for i, device in enumerate(devices):
            facts.device(device, group=("Sales", "IT", "Plant")[i % 3])
        for product in PRODUCTS:
            facts.recommendation(f"va-_-acme-_-{product}", title=f"Update {product}")
    for week in range(DAYS // 7):
        with session.batch(source="scanner") as facts:
            for _ in range(chance.choice([0, 1, 1, 1])):
                product, name = weakness(facts, chance, chance.choice(PRODUCTS), count)
                count += 1
                for device in chance.sample(devices, chance.randint(10, 50)):
                    open_on.setdefault((device, product), set()).add(name)
            for key in sorted(open_on):
                if chance.random() < 0.09:
                    open_on[key] = set()
            for device in devices:
                facts.full_report(device)
            for (device, product), names in sorted(open_on.items()):
                facts.assess(device, f"va-_-acme-_-{product}", sorted(names))
        file_exceptions(session, week)
        clock.advance(timedelta(days=7))


# %% What the people of the fleet decide meanwhile.
DECISIONS = {
    8: dict(recommendation="va-_-acme-_-browser", justification=Justification.ALTERNATE_MITIGATION, days=90,
            context="browser isolation covers it"),
    14: dict(recommendation="va-_-acme-_-runtime", justification=Justification.PLANNED_REMEDIATION, days=70,
             context="replaced by the new line in June"),
    22: dict(recommendation="va-_-acme-_-office", justification=Justification.THIRD_PARTY_CONTROL, days=120,
             context="macro filter of the mail gateway", groups=["Sales", "IT"]),
    29: dict(recommendation="va-_-acme-_-vpn-client", justification=Justification.RISK_ACCEPTED, days=60,
             context="reachable from inside only"),
    34: dict(recommendation="va-_-acme-_-mail", justification=Justification.ALTERNATE_MITIGATION, days=100,
             context="attachments are opened in a sandbox"),
}


def decide(session, week):
    decision = dict(DECISIONS.get(week, {}))
    if decision:
        session.file_exception(ExceptionRequest(duration=timedelta(days=decision.pop("days")), **decision))


# %% Afterwards: the scores of every day, and how much lower each exception made them.
def trend(session):
    rows = []
    for day in range(7, DAYS - 7, 2):
        session.set_as_of(BEGIN + timedelta(days=day, hours=12))
        score = session.score()
        worths = {one.id: one.worth for one in session.exceptions(with_worth=True)
                  if one.status is reprieve.ExceptionStatus.IN_EFFECT}
        rows.append((BEGIN + timedelta(days=day, hours=12), score, worths))
    session.set_as_of(None)
    return rows


def table(rows, exceptions):
    print(f"{'':12}{'without':>10}{'official':>10}{'best case':>10}")
    for time, score, worths in rows[::15]:
        print(f"{time:%Y-%m-%d}  {score.exposure_no_impact:>10.2f}{score.exposure_official:>10.2f}"
              f"{score.exposure_mitigation_like:>10.2f}   {' '.join(worths)}")
    for one in exceptions:
        print(f"{one.id}: {one.recommendation}, {one.justification.word}, {one.context}")


# %% The picture.
INK, SOFT, PALETTE = "#22303c", "#8696a4", ["#2a78b8", "#e08e2b", "#3a9d6e", "#b5485d", "#7a62a8"]


def plain(axes, title):
    axes.set_title(title, loc="left", fontsize=11, color=INK, fontweight="bold", pad=10)
    axes.grid(axis="y", color="#e4e9ed", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=SOFT, labelcolor=INK, labelsize=9)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)


def picture(rows, exceptions, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import dates, pyplot
    times = [time for time, _, _ in rows]
    figure, (upper, middle, lower) = pyplot.subplots(3, 1, figsize=(11, 10), sharex=True,
                                                     gridspec_kw={"height_ratios": [3, 2, 1.3], "hspace": 0.32})
    without = [score.exposure_no_impact for _, score, _ in rows]
    official = [score.exposure_official for _, score, _ in rows]
    best = [score.exposure_mitigation_like for _, score, _ in rows]
    plain(upper, "Exposure score: lower is better")
    upper.fill_between(times, official, without, color=PALETTE[0], alpha=0.16, linewidth=0, label="mitigated by exceptions")
    upper.fill_between(times, best, official, color=SOFT, alpha=0.18, linewidth=0, label="accepted, still counts")
    upper.plot(times, without, color=SOFT, linewidth=1.3, linestyle=(0, (4, 2)), label="as if there were no exceptions")
    upper.plot(times, official, color=INK, linewidth=2.2, label="official")
    upper.set_ylim(0, None)
    upper.legend(loc="upper left", frameon=False, fontsize=9, ncol=2, labelcolor=INK)
    plain(middle, "What each exception takes off, in points (best case)")
    middle.stackplot(times, *[[worths[one.id].exposure_mitigation_like if one.id in worths else 0 for _, _, worths in rows]
                              for one in exceptions], colors=PALETTE, alpha=0.85, linewidth=0)
    middle.set_ylim(0, None)
    plain(lower, "The exceptions (pale: accepted, counts in the best case only)")
    lower.grid(False)
    lower.set_ylim(len(exceptions) - 0.4, -0.6)
    lower.set_yticks([])
    for place, one in enumerate(exceptions):
        counts = one.impact is Impact.MITIGATION_LIKE
        lower.barh(place, (one.ended or one.end) - one.start, left=one.start, height=0.62, color=PALETTE[place % 5],
                   alpha=0.85 if counts else 0.45)
        early = one.start < BEGIN + timedelta(days=DAYS / 3)
        lower.annotate(f"{one.id}  {one.recommendation.rpartition('-_-')[2]}: {one.context}",
                       (one.ended or one.end if early else one.start, place), xytext=(6 if early else -6, 0),
                       textcoords="offset points", va="center", ha="left" if early else "right", fontsize=8.5, color=INK)
    lower.set_xlim(BEGIN, BEGIN + timedelta(days=DAYS))
    lower.xaxis.set_major_locator(dates.MonthLocator())
    lower.xaxis.set_major_formatter(dates.DateFormatter("%b"))
    figure.suptitle("One year, 60 devices, 5 exceptions", x=0.065, y=0.965, ha="left", fontsize=15, color=INK,
                    fontweight="bold")
    figure.subplots_adjust(left=0.065, right=0.975, top=0.9, bottom=0.05)
    figure.savefig(path, dpi=130)


def main(path=None):
    clock = reprieve.ManualClock(BEGIN)
    with reprieve.Store(reprieve.MemoryStorage(), clock=clock) as store, store.session("ana@corp.example",
                                                                                        Permission.ALL) as ana:
        live(ana, clock, decide)
        rows, exceptions = trend(ana), ana.exceptions().all()
    table(rows, exceptions)
    if path:
        picture(rows, exceptions, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
