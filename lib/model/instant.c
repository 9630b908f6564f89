/* SPDX-License-Identifier: MIT */
/* Times and durations as text, in the proleptic Gregorian calendar. */
#include "instant.h"

/* Reads exactly `count` digits and moves on behind them. */
static bool take_digits(const char **at, int count, int *out)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		char c = (*at)[i];
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*at += count;
	*out = value;
	return true;
}

static bool take(const char **at, char expected)
{
	if (**at != expected)
		return false;
	++*at;
	return true;
}

/* Days of all months before this one (1 to 13), in a year that starts in January. */
static int days_before_month(int year, int month)
{
	static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return before[month - 1] + (leap && month > 2);
}

/* Days from the first of January of the year 1 to that of another one; of the year 0 it is -366. */
static int days_before_year(int year)
{
	int past = year - 1;
	return year == 0 ? -366 : past * 365 + past / 4 - past / 100 + past / 400;
}

/* Reads `YYYY-MM-DD` as days since 1970. */
static bool take_date(const char **at, int64_t *days)
{
	int year, month, day;

	if (!take_digits(at, 4, &year) || !take(at, '-') || !take_digits(at, 2, &month) || !take(at, '-') ||
	    !take_digits(at, 2, &day))
		return false;
	if (month < 1 || month > 12 || day < 1 ||
	    day > days_before_month(year, month + 1) - days_before_month(year, month))
		return false;
	*days = days_before_year(year) - days_before_year(1970) + days_before_month(year, month) + day - 1;
	return true;
}

/* Reads `HH:MM:SS` with any fraction as milliseconds; `leap` when the second is the 60th, whose fraction is dropped. */
static bool take_time_of_day(const char **at, int64_t *ms, bool *leap)
{
	int hour, minute, second, fraction = 0;

	if (!take_digits(at, 2, &hour) || !take(at, ':') || !take_digits(at, 2, &minute) || !take(at, ':') ||
	    !take_digits(at, 2, &second) || hour > 23 || minute > 59 || second > 60)
		return false;
	if (take(at, '.')) {
		int digit, scale = 100;
		if (!take_digits(at, 1, &digit))
			return false;
		do {
			fraction += digit * scale;
			scale /= 10;
		} while (take_digits(at, 1, &digit));
	}
	*leap = second == 60;
	*ms = ((hour * 60 + minute) * 60 + second) * 1000 + (*leap ? 0 : fraction);
	return true;
}

/* Reads `Z` or `+HH:MM` as milliseconds ahead of UTC. */
static bool take_zone(const char **at, int64_t *ms)
{
	int hours, minutes;
	bool behind;

	*ms = 0;
	if (take(at, 'Z') || take(at, 'z'))
		return true;
	behind = **at == '-';
	if (!take(at, '+') && !take(at, '-'))
		return false;
	if (!take_digits(at, 2, &hours) || !take(at, ':') || !take_digits(at, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ms = RPV_MINUTES(hours * 60 + minutes) * (behind ? -1 : 1);
	return true;
}

bool rpv__time_parse(const char *text, int64_t *out_ms)
{
	int64_t days, time_of_day = 0, zone = 0, ms;
	bool leap = false;

	if (!take_date(&text, &days))
		return false;
	if (*text != '\0') {
		if (!take(&text, 'T') && !take(&text, 't'))
			return false;
		if (!take_time_of_day(&text, &time_of_day, &leap) || !take_zone(&text, &zone) || *text != '\0')
			return false;
	}
	ms = RPV_DAYS(days) + time_of_day - zone;
	if (ms < 0 || ms > RPV_TIME_MAX || (leap && ms % RPV__DAY_MS != 0))
		return false;
	*out_ms = ms;
	return true;
}

/* Writes `count` digits and what follows them. */
static char *put_digits(char *out, int count, int64_t value, char then)
{
	for (int i = count - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	out[count] = then;
	return out + count + 1;
}

bool rpv__time_format(int64_t ms, char *out)
{
	int days, year, month = 1;
	int64_t time_of_day = ms % RPV__DAY_MS;

	if (ms < 0 || ms > RPV_TIME_MAX)
		return false;
	days = (int)(ms / RPV__DAY_MS) + days_before_year(1970); /* since the year 1 */
	year = days / 366 + 1;                                   /* at most a few years too early */
	while (days >= days_before_year(year + 1))
		year++;
	days -= days_before_year(year);
	while (days >= days_before_month(year, month + 1))
		month++;
	out = put_digits(out, 4, year, '-');
	out = put_digits(out, 2, month, '-');
	out = put_digits(out, 2, days - days_before_month(year, month) + 1, 'T');
	out = put_digits(out, 2, time_of_day / 3600000, ':');
	out = put_digits(out, 2, time_of_day / 60000 % 60, ':');
	out = put_digits(out, 2, time_of_day / 1000 % 60, '.');
	out = put_digits(out, 3, time_of_day % 1000, 'Z');
	*out = '\0';
	return true;
}

const char *rpv__duration_words(int64_t ms, char out[RPV__DURATION_WORDS])
{
	static const struct { int64_t ms; const char *name; } units[] = {
		{ RPV_DAYS(1), "day" }, { RPV_HOURS(1), "hour" }, { RPV_MINUTES(1), "minute" }, { 1000, "second" },
		{ 1, "millisecond" } };
	size_t i = 0;

	while (ms % units[i].ms != 0)
		i++;
	rpv__format(out, RPV__DURATION_WORDS, "%lld %s%s", (long long)(ms / units[i].ms), units[i].name,
	            ms == units[i].ms ? "" : "s");
	return out;
}

bool rpv__duration_parse(const char *text, int64_t *out_ms)
{
	const int64_t most = RPV_DAYS(10000);
	int64_t count = 0, unit;
	int digit;

	while (take_digits(&text, 1, &digit))
		if (count <= most) /* any count above is too many minutes already */
			count = count * 10 + digit;
	unit = *text == 'd' ? RPV_DAYS(1) : *text == 'h' ? RPV_HOURS(1) : *text == 'm' ? RPV_MINUTES(1) : 0;
	if (unit == 0 || text[1] != '\0' || count == 0 || count > most / unit)
		return false;
	*out_ms = count * unit;
	return true;
}
