# SPDX-License-Identifier: MIT
"""Functions of the C interface that the Python package does without, each with the reason. A test checks that every
other one is used.
"""
REASONS = {
    "rpv_clock_manual": "ManualClock keeps its time in Python",
    "rpv_exception_request_init": "requests are zeroed, with their size",
    "rpv_import_file": "import_files() takes one path, too",
    "rpv_import_options_init": "options are zeroed, with their size",
    "rpv_renewal_request_init": "requests are zeroed, with their size",
    "rpv_status_name": "statuses are exceptions, and enumerators with names",
    "rpv_word": "enumerators know their words; a test compares them",
    "rpv_word_at": "an enumeration can be walked",
    "rpv_word_value": "an enumeration can be asked by name",
}
