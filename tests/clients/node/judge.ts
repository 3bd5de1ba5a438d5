// Writes a module that holds every answer, as a literal, against the type that `datto-rmm-api`
// declares for it; the compiler then accepts or refuses them.
//
// usage: node judge.js ANSWERS TYPES MODULE     TYPES is the package's generated/types.d.ts
//
// What is held: fields a type does not know, types and enum values of fields, required fields. A
// body where the types have none is refused, and none where they have one.
//
// Four things are told apart first, because the types say otherwise than the real platform sends:
// - null: the platform sends it for whatever it does not have, the types declare it nowhere. A field
//   that is null is left out, which the types accept for optional fields only; null in an array stays.
// - date-times: the types say text, the platform mostly sends milliseconds since 1970. A number in a
//   field that TYPES marks with `Format: date-time` is replaced by its text. `--strict-dates` holds
//   the answers against the types as they are.
// - the class of an alert's context: the types use names of schemas, the platform short names. Of
//   three classes the types know nothing: such a context is left out.
// - fields that came to the platform after the package was made, listed in `LATER`: left out.

import { readFileSync, writeFileSync } from "node:fs";
import type { Answer } from "./calls.js";

const strict = process.argv.includes("--strict-dates");
const [answersFile, typesFile, moduleFile] = process.argv.slice(2).filter((a) => !a.startsWith("--"));
if (answersFile === undefined || typesFile === undefined || moduleFile === undefined) {
  throw new Error("usage: node judge.js [--strict-dates] ANSWERS TYPES MODULE");
}

/** Names on the wire and the schemas whose fields they carry. */
const CONTEXTS: Record<string, string> = {
  action_ctx: "ActionContext",
  antivirus_ctx: "AntivirusContext",
  backup_management_ctx: "BackupManagementContext",
  comp_script_ctx: "ScriptContext",
  custom_snmp_ctx: "CustomSNMPContext",
  disk_health_ctx: "DiskHealthContext",
  disk_usage_ctx: "DiskUsageContext",
  endpoint_security_threat_ctx: "EndpointSecurityThreatContext",
  endpoint_security_windows_defender_ctx: "EndpointSecurityWindowsDefenderContext",
  eventlog_ctx: "EventLogContext",
  fan_ctx: "FanContext",
  filesystem_ctx: "FileSystemContext",
  fs_object_ctx: "FileSystemContext",
  network_monitor_ctx: "NetworkMonitorContext",
  online_offline_status_ctx: "OnlineOfflineStatusContext",
  patch_ctx: "PatchContext",
  perf_disk_usage_ctx: "DiskUsageContext",
  perf_mon_ctx: "WindowsPerformanceContext",
  ping_ctx: "PingContext",
  printer_ctx: "PrinterContext",
  process_resource_usage_ctx: "ResourceUsageContext",
  process_status_ctx: "StatusContext",
  psu_ctx: "PsuContext",
  ransomware_ctx: "RansomWareContext",
  resource_usage_ctx: "ResourceUsageContext",
  sec_management_ctx: "SecurityManagementContext",
  seccenter_ctx: "SecCenterContext",
  security_management_ctx: "SecurityManagementContext",
  snmp_probe_ctx: "SNMPProbeContext",
  status_ctx: "StatusContext",
  sw_action_ctx: "ActionContext",
  temperature_ctx: "TemperatureContext",
  windows_performance_ctx: "WindowsPerformanceContext",
  wmi_ctx: "WmiContext",
};

/** Classes that clients have met on the wire and no public schema describes. */
const UNTYPED = new Set(["perf_resource_usage_ctx", "srvc_resource_usage_ctx", "srvc_status_ctx"]);

/** Fields that the package's types are too old for. */
const LATER = /^(udf(3[1-9]|[4-9]\d|[12]\d\d|300)|accountWriteRateLimit|accountWriteCount|operationWriteStatus)$/;

const types = readFileSync(typesFile, "utf8");
const dates = new Set(
  [...types.matchAll(/\/\*\* Format: date-time \*\/\s+"?(\w+)"?\?: string;/g)].map((found) => found[1]),
);
if (dates.size < 10) {
  throw new Error(`${typesFile}: only ${dates.size} fields are marked as date-times`);
}

let nulls = 0;
let numbers = 0;
let later = 0;
let untyped = 0;

/** Whether a field holds a context that the types know nothing of. */
function isUntyped(name: string, value: unknown): boolean {
  return name === "alertContext" && UNTYPED.has((value as { "@class": string })["@class"]);
}

/** A value as the types can describe it; `name` is its field's. */
function described(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => described(item, name));
  }
  if (typeof value === "number" && dates.has(name) && !strict) {
    numbers += 1;
    return new Date(value).toISOString();
  }
  if (name === "@class" && typeof value === "string") {
    return CONTEXTS[value] ?? value;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const present = Object.entries(value).filter(([, field]) => field !== null);
  nulls += Object.keys(value).length - present.length;
  const known = present.filter(([key]) => !LATER.test(key));
  later += present.length - known.length;
  const kept = known.filter(([key, field]) => !isUntyped(key, field));
  untyped += known.length - kept.length;
  return Object.fromEntries(kept.map(([key, field]) => [key, described(field, key)]));
}

const answers: Answer[] = JSON.parse(readFileSync(answersFile, "utf8"));
const lines = [
  'import type { paths } from "datto-rmm-api/types";',
  "type Bodies<R> = { [C in keyof R]: R[C] extends { content: infer B } ? B[keyof B] : never }[keyof R];",
  "type Answer<P extends keyof paths, M extends keyof paths[P]> =",
  "  paths[P][M] extends { responses: infer R } ? Bodies<R> : never;",
  "type Empty<T> = [T] extends [never] ? true : false;",
];
answers.forEach(({ method, path, body }, n) => {
  const type = `Answer<${JSON.stringify(path)}, ${JSON.stringify(method.toLowerCase())}>`;
  lines.push(
    body === ""
      ? `export const answer${n}: Empty<${type}> = true; // ${method} ${path}`
      : `export const answer${n}: ${type} = ${JSON.stringify(described(JSON.parse(body), ""))}; // ${method} ${path}`,
  );
});

// Answers that must be refused: were they accepted, the compiler would say so.
const device = 'Answer<"/v2/device/{deviceUid}", "get">';
const wrong: [string, string][] = [
  [device, '{ "hostname": 5 }'],
  [device, '{ "hostName": "h" }'],
  [device, '{ "deviceClass": "toaster" }'],
  [device, '{ "antivirus": { "antivirusStatus": "Fine" } }'],
  ['Answer<"/v2/account/sites", "get">', '{ "sites": [null] }'],
  ['Answer<"/v2/alert/{alertUid}", "get">', '{ "alertContext": { "samples": {} } }'],
  ['Empty<Answer<"/v2/site/{siteUid}", "get">>', "true"],
  ['Answer<"/v2/alert/{alertUid}/resolve", "post">', "{}"],
];
wrong.forEach(([type, literal], n) => {
  lines.push("// @ts-expect-error", `export const wrong${n}: ${type} = ${literal};`);
});
writeFileSync(moduleFile, `${lines.join("\n")}\n`);

const operations = new Set(answers.map(({ method, path }) => `${method} ${path}`));
console.log(
  `${answers.length} answers of ${operations.size} operations; left out: ${nulls} null fields, ${later} later fields, ` +
    `${untyped} contexts without a type; ${numbers} dates are numbers`,
);
