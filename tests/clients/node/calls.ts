// Calls all 57 operations through the npm package `datto-rmm-api` and writes every answer to a
// file, with the path and method it answers. Compiled against the package's own types, so that
// paths, parameters and bodies of requests are held against them too.
//
// usage: node calls.js HOST ANSWERS     HOST is scheme, name and port of the server

import { writeFileSync } from "node:fs";
import { createDattoClient, Platform } from "datto-rmm-api";
import type { components } from "datto-rmm-api/types";

type Schemas = components["schemas"];
type Answered = { response: Response; data?: unknown; error?: unknown };
export type Answer = { method: string; path: string; status: number; body: string };

const [host, file] = process.argv.slice(2);
if (host === undefined || file === undefined) {
  throw new Error("usage: node calls.js HOST ANSWERS");
}

/** A token by the password grant, with the keys of this moment. */
async function logIn(): Promise<string> {
  const keys = await (await fetch(`${host}/shakedown/keys`)).json();
  const answer = await fetch(`${host}/auth/oauth/token`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from("public-client:public").toString("base64")}`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({
      grant_type: "password",
      username: keys[0].key,
      password: keys[0].secret,
    }),
  });
  if (!answer.ok) {
    throw new Error(`login: ${answer.status} ${await answer.text()}`);
  }
  return (await answer.json()).access_token;
}

const token = await logIn();
const answers: Answer[] = [];
const client = createDattoClient({
  platform: Platform.PINOTAGE,
  baseUrl: `${host}/api`,
  auth: { getToken: async () => token },
  middleware: [
    {
      async onResponse({ request, response, schemaPath }) {
        const body = await response.clone().text();
        answers.push({ method: request.method, path: schemaPath, status: response.status, body });
        return undefined;
      },
    },
  ],
});

/** The body of an answer; the call must have been accepted. Its type is checked afterwards. */
function of<T>(answered: Answered): T {
  const { response, data, error } = answered;
  if (!response.ok) {
    throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
  }
  return data as T;
}

/** A value without which the calls that follow would be made up. */
function need<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) {
    throw new Error(`the server's world has no ${what}`);
  }
  return value;
}

const firstPage = { params: { query: { page: 0, max: 250 } } };

// System and account.
of(await client.GET("/v2/system/status"));
of(await client.GET("/v2/system/pagination"));
of(await client.GET("/v2/system/request_rate"));
of(await client.GET("/v2/account"));
of(await client.GET("/v2/account/users", firstPage));
of(await client.GET("/v2/account/dnet-site-mappings", firstPage));
of(await client.GET("/v2/filter/default-filters", firstPage));
of(await client.GET("/v2/filter/custom-filters", firstPage));
const { components: ours } = of<Schemas["ComponentsPage"]>(
  await client.GET("/v2/account/components", firstPage),
);
const { devices } = of<Schemas["DevicesPage"]>(
  await client.GET("/v2/account/devices", {
    params: { query: { ...firstPage.params.query, hostname: "", siteName: "" } },
  }),
);

// Devices of each class, by each way of naming them.
const byClass = (name: string) => need(devices?.find((d) => d.deviceClass === name), name);
const machine = need(
  devices?.find((d) => d.deviceClass === "device" && d.online === true && d.lastAuditDate),
  "device that is online and was audited",
);
const deviceUid = need(machine.uid, "device uid");
const siteUid = need(machine.siteUid, "site uid of a device");
of(await client.GET("/v2/device/{deviceUid}", { params: { path: { deviceUid } } }));
of(await client.GET("/v2/device/id/{deviceId}", { params: { path: { deviceId: need(machine.id, "device id") } } }));
const audit = of<Schemas["DeviceAudit"]>(
  await client.GET("/v2/audit/device/{deviceUid}", { params: { path: { deviceUid } } }),
);
const mac = need(audit.nics?.find((n) => n.macAddress)?.macAddress, "MAC address in an audit");
const macAddress = mac.replace(/[^0-9A-Fa-f]/g, "").toUpperCase();
for (const found of [
  of<Schemas["Device"][]>(await client.GET("/v2/device/macAddress/{macAddress}", { params: { path: { macAddress } } })),
  of<Schemas["DeviceAudit"][]>(
    await client.GET("/v2/audit/device/macAddress/{macAddress}", { params: { path: { macAddress } } }),
  ),
]) {
  need(found[0], `device with the MAC address ${macAddress}`);
}
of(await client.GET("/v2/audit/device/{deviceUid}/software", { params: { path: { deviceUid }, ...{ query: { page: 0, max: 250 } } } }));
of(await client.GET("/v2/audit/printer/{deviceUid}", { params: { path: { deviceUid: need(byClass("printer").uid, "uid") } } }));
of(await client.GET("/v2/audit/esxihost/{deviceUid}", { params: { path: { deviceUid: need(byClass("esxihost").uid, "uid") } } }));
of(await client.POST("/v2/device/{deviceUid}/udf", { params: { path: { deviceUid } }, body: { udf7: "seven", udf300: "" } }));
of(await client.POST("/v2/device/{deviceUid}/warranty", { params: { path: { deviceUid } }, body: { warrantyDate: "2031-12-31" } }));
const changed = of<Schemas["Device"]>(await client.GET("/v2/device/{deviceUid}", { params: { path: { deviceUid } } }));
if (changed.udf?.udf7 !== "seven" || changed.warrantyDate !== "2031-12-31") {
  throw new Error(`the device does not show what was set: ${changed.udf?.udf7} ${changed.warrantyDate}`);
}

// Sites.
of(await client.GET("/v2/account/sites", { params: { query: { page: 0, max: 250 } } }));
const created = of<Schemas["Site"]>(
  await client.PUT("/v2/site", { body: { name: "Made by datto-rmm-api", description: "d", notes: "n", onDemand: false } }),
);
const made = { path: { siteUid: need(created.uid, "uid of the created site") } };
of(await client.GET("/v2/site/{siteUid}", { params: made }));
of(await client.POST("/v2/site/{siteUid}", { params: made, body: { name: "Renamed by datto-rmm-api" } }));
of(await client.GET("/v2/site/{siteUid}/settings", { params: made }));
of(
  await client.POST("/v2/site/{siteUid}/settings/proxy", {
    params: made,
    body: { host: "proxy.example", port: 3128, type: "http", username: "u", password: "p" },
  }),
);
of(await client.DELETE("/v2/site/{siteUid}/settings/proxy", { params: made }));
const site = { path: { siteUid }, query: { page: 0, max: 250 } };
of(await client.GET("/v2/site/{siteUid}/devices", { params: site }));
of(await client.GET("/v2/site/{siteUid}/devices/network-interface", { params: site }));
of(await client.GET("/v2/site/{siteUid}/filters", { params: site }));
of(await client.PUT("/v2/device/{deviceUid}/site/{siteUid}", { params: { path: { deviceUid, ...made.path } } }));
of(await client.PUT("/v2/device/{deviceUid}/site/{siteUid}", { params: { path: { deviceUid, siteUid } } }));

// Variables of the account and of the site.
const named = (page: Schemas["VariablesPage"], name: string) =>
  need(page.variables?.find((v) => v.name === name)?.id, `variable ${name}`);
const variable = { name: "fromClient", value: "one", masked: false };
of(await client.PUT("/v2/account/variable", { body: variable }));
of(await client.PUT("/v2/account/variable", { body: { name: "fromClientMasked", value: "two", masked: true } }));
const variableId = named(of(await client.GET("/v2/account/variables", firstPage)), variable.name);
of(await client.POST("/v2/account/variable/{variableId}", { params: { path: { variableId } }, body: { name: "fromClient", value: "three" } }));
of(await client.DELETE("/v2/account/variable/{variableId}", { params: { path: { variableId } } }));
of(await client.PUT("/v2/site/{siteUid}/variable", { params: made, body: variable }));
const ofSite = {
  ...made.path,
  variableId: named(of(await client.GET("/v2/site/{siteUid}/variables", { params: { ...made, query: { page: 0, max: 250 } } })), variable.name),
};
of(await client.POST("/v2/site/{siteUid}/variable/{variableId}", { params: { path: ofSite }, body: { name: "fromClient", value: "four" } }));
of(await client.DELETE("/v2/site/{siteUid}/variable/{variableId}", { params: { path: ofSite } }));

// Alerts.
const { alerts } = of<Schemas["AlertsPage"]>(await client.GET("/v2/account/alerts/open", firstPage));
of(await client.GET("/v2/account/alerts/resolved", firstPage));
of(await client.GET("/v2/site/{siteUid}/alerts/open", { params: site }));
of(await client.GET("/v2/site/{siteUid}/alerts/resolved", { params: site }));
const ofDevice = { path: { deviceUid: need(need(alerts?.[0], "open alert").alertSourceInfo?.deviceUid, "device of an alert") } };
of(await client.GET("/v2/device/{deviceUid}/alerts/open", { params: { ...ofDevice, query: { page: 0, max: 250 } } }));
const alert = { path: { alertUid: need(alerts?.[0]?.alertUid, "uid of an open alert") } };
of(await client.GET("/v2/alert/{alertUid}", { params: alert }));
of(await client.POST("/v2/alert/{alertUid}/mute", { params: alert }));
of(await client.POST("/v2/alert/{alertUid}/unmute", { params: alert }));
of(await client.POST("/v2/alert/{alertUid}/resolve", { params: alert }));
of(await client.GET("/v2/device/{deviceUid}/alerts/resolved", { params: { ...ofDevice, query: { page: 0, max: 250 } } }));
const resolved = of<Schemas["Alert"]>(await client.GET("/v2/alert/{alertUid}", { params: alert }));
if (resolved.resolved !== true) {
  throw new Error("a resolved alert does not say so");
}

// A quick job.
const component = need(ours?.[0], "component");
const job = of<Schemas["CreateQuickJobResponse"]>(
  await client.PUT("/v2/device/{deviceUid}/quickjob", {
    params: { path: { deviceUid } },
    body: { jobName: "From datto-rmm-api", jobComponent: { componentUid: need(component.uid, "uid of a component"), variables: [] } },
  }),
);
const jobUid = need(job.job?.uid, "uid of the quick job");
of(await client.GET("/v2/job/{jobUid}", { params: { path: { jobUid } } }));
of(await client.GET("/v2/job/{jobUid}/components", { params: { path: { jobUid }, query: { page: 0, max: 250 } } }));
const result = { path: { jobUid, deviceUid } };
of(await client.GET("/v2/job/{jobUid}/results/{deviceUid}", { params: result }));
of(await client.GET("/v2/job/{jobUid}/results/{deviceUid}/stdout", { params: result }));
of(await client.GET("/v2/job/{jobUid}/results/{deviceUid}/stderr", { params: result }));

// What all this left in the log, and last of all the keys, which it makes useless.
const log = of<Schemas["ActivityLogsPage"]>(
  await client.GET("/v2/activity-logs", { params: { query: { size: 50, order: "desc", entities: "device" } } }),
);
need(log.activities?.[0], "activity");
of(await client.POST("/v2/user/resetApiKeys"));

writeFileSync(file, JSON.stringify(answers));
