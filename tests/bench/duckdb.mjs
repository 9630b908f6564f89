// SPDX-License-Identifier: MIT
// DuckDB on the tables that bench_passes writes, as a contestant of compare.py: see there.
// usage: node duckdb.mjs MODULES FOLDER; MODULES: the folder that @duckdb/node-api was installed into
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';

const [modules, folder] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(path.resolve(modules, 'x'))('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:')).connect();

async function load(name, columns) {
	const file = path.join(path.resolve(folder), name + '.csv').replaceAll("'", "''");
	const types = columns.map(([column, type]) => `'${column}': '${type}'`).join(', ');
	await db.run(`CREATE TABLE ${name} AS SELECT * FROM read_csv('${file}', header = true, columns = {${types}})`);
}
await db.run('SET preserve_insertion_order = true');
await load('device', [['id', 'INTEGER'], ['m', 'DOUBLE'], ['weight', 'DOUBLE']]);
await load('variant', [['id', 'INTEGER'], ['recommendation', 'INTEGER'], ['a', 'DOUBLE'], ['b', 'DOUBLE'], ['c', 'DOUBLE']]);
await load('has', [['device', 'INTEGER'], ['variant', 'INTEGER']]);

const sums = `SELECT device, sum(a) a, sum(b) b, sum(c) c FROM has JOIN variant ON variant.id = has.variant GROUP BY device`;
const statements = {
	score: `WITH l AS (${sums}) SELECT 100 * sum(weight * (1 - exp(-m * a))) / any_value(weights),
		100 * sum(weight * (1 - exp(-m * b))) / any_value(weights), 100 * sum(weight * (1 - exp(-m * c))) / any_value(weights)
		FROM device JOIN l ON id = device, (SELECT sum(weight) weights FROM device)`,
	// survivals are summed by variant and multiplier first: an exponential for each of these alone
	impacts: `WITH l AS MATERIALIZED (SELECT device, m, weight * exp(-m * a) a, weight * exp(-m * b) b,
		weight * exp(-m * c) c FROM (${sums}) JOIN device ON id = device),
		s AS (SELECT variant, m, sum(a) a, sum(b) b, sum(c) c FROM has JOIN l ON l.device = has.device GROUP BY variant, m)
		SELECT coalesce(100 * sum(s.a * (exp(m * v.a) - 1)), 0) / (SELECT sum(weight) FROM device),
		coalesce(100 * sum(s.b * (exp(m * v.b) - 1)), 0) / (SELECT sum(weight) FROM device),
		coalesce(100 * sum(s.c * (exp(m * v.c) - 1)), 0) / (SELECT sum(weight) FROM device)
		FROM variant v LEFT JOIN s ON v.id = s.variant GROUP BY recommendation ORDER BY recommendation`,
	// the same, without sums by variant: an exponential a membership
	impacts_each: `WITH l AS MATERIALIZED (SELECT device, m, weight * exp(-m * a) a, weight * exp(-m * b) b,
		weight * exp(-m * c) c FROM (${sums}) JOIN device ON id = device)
		SELECT 100 * sum(l.a * (exp(m * v.a) - 1)) / (SELECT sum(weight) FROM device),
		100 * sum(l.b * (exp(m * v.b) - 1)) / (SELECT sum(weight) FROM device),
		100 * sum(l.c * (exp(m * v.c) - 1)) / (SELECT sum(weight) FROM device)
		FROM has JOIN l ON l.device = has.device JOIN variant v ON v.id = has.variant
		GROUP BY recommendation ORDER BY recommendation`,
};

const version = (await db.runAndReadAll('SELECT version()')).getRows()[0][0];
console.log(JSON.stringify({ duckdb: version, node: process.version }));
for await (const line of createInterface({ input: process.stdin })) {
	const [work, threads] = line.split(' ');
	await db.run(`SET threads = ${Number(threads)}`);
	const used = process.cpuUsage(), since = process.hrtime.bigint();
	const rows = (await db.runAndReadAll(statements[work])).getRows();
	const wall = Number(process.hrtime.bigint() - since) / 1e9, { user, system } = process.cpuUsage(used);
	console.log([wall, (user + system) / 1e6, ...rows.flat()].join(' '));
}
