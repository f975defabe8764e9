// The engine of Ory Polis (@boxyhq/saml-jackson) with SQLite, called over HTTP as Polis itself calls it. Arguments: port, data
// folder. Base URL and token are in target.txt in the folder, once it listens.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import jackson from "@boxyhq/saml-jackson";
import express from "express";

const [port, folder] = process.argv.slice(2);
const { directorySyncController } = await jackson.default({
  externalUrl: `http://127.0.0.1:${port}`,
  samlPath: "/api/oauth/saml",
  noAnalytics: true,
  db: { engine: "sql", type: "sqlite", url: join(folder, "polis.db") },
});
const directory = { tenant: "bench", product: "bench", name: "Bench", type: "generic-scim-v2" };
const { data, error } = await directorySyncController.directories.create(directory);
if (error) throw new Error(error.message);

const application = express();
application.use(express.json({ type: ["application/json", "application/scim+json"], limit: "10mb" }));
application.all("/api/scim/v2.0/:directoryId/:resourceType/:resourceId?", async (request, response) => {
  const { count, startIndex, filter, includeMembers } = request.query;
  const answer = await directorySyncController.requests.handle({
    ...request.params,
    method: request.method,
    body: request.body,
    apiSecret: request.header("Authorization")?.split(" ")[1],
    query: {
      count: count ? Number.parseInt(count) : undefined,
      startIndex: startIndex ? Number.parseInt(startIndex) : undefined,
      filter,
      includeMembers: includeMembers === "true",
    },
  });
  response.status(answer.status).json(answer.data);
});
writeFileSync(join(folder, "target.txt"), `${data.scim.endpoint}\n${data.scim.secret}\n`);
application.listen(Number(port), "127.0.0.1");
