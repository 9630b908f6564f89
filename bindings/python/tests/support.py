# SPDX-License-Identifier: MIT
"""A small fleet, and the examples as modules."""
import importlib.util
import pathlib
from datetime import datetime, timedelta, timezone

import reprieve

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=timezone.utc)
CHROME = "va-_-google-_-chrome"
FIREWALL = "sca-_-scid-3001"
CVE = "CVE-2024-4671"
EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


def example(name):
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def put(facts):
    facts.weakness(CVE, severity=reprieve.Severity.HIGH, epss=0.02, title="Use after free")
    facts.recommendation(CHROME, title="Update Chrome", vendor="google", product="chrome")
    facts.recommendation(FIREWALL, kind=reprieve.Kind.CONFIGURATION_CHANGE, points=8)
    facts.device("pc-17", group="Sales", value=reprieve.Value.HIGH, tags=["laptop", "vip"])
    facts.device("pc-18", group="Sales")
    facts.device("srv-1", group="Servers", internet_facing=True)
    facts.assess_all((device, CHROME, [CVE]) for device in ("pc-17", "pc-18"))
    facts.assessment("srv-1", FIREWALL, state=reprieve.ConfigurationState.EXPOSED)
    facts.control("isolation", owner="it-security@corp.example", evidence=[("https://wiki.example/1", "")],
                  review_interval=timedelta(days=365))


def report(session):
    with session.batch(source="scanner") as facts:
        put(facts)


def opened(storage=None, **options):
    """A store with the fleet, its clock, and a session of Ana that may do everything."""
    clock = reprieve.ManualClock(NOW)
    store = reprieve.Store(storage or reprieve.MemoryStorage(), clock=clock, **options)
    session = store.session("ana@corp.example", reprieve.Permission.ALL)
    report(session)
    clock.advance(timedelta(hours=1))
    return store, clock, session


def request(**values):
    return reprieve.ExceptionRequest(**{**dict(
        recommendation=CHROME, justification=reprieve.Justification.ALTERNATE_MITIGATION,
        context="browser isolation covers it", duration=timedelta(days=30)), **values})
