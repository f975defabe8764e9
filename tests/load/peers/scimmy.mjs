// SCIMMY by its README and that of scimmy-routers, with the people in SQLite. Arguments: port, data folder. Base URL and token
// are in target.txt in the folder, once it listens.
// It is as durable as the server of this project (WAL, synchronous=FULL). The look-up by userName uses the index; for a list and
// for every other filter SCIMMY is given everyone, as in the example of scimmy-routers.
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, folder] = process.argv.slice(2);
const token = randomUUID();
const database = new Database(join(folder, "scimmy.db"));
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec("CREATE TABLE person (id TEXT PRIMARY KEY, user_name TEXT NOT NULL UNIQUE, document TEXT NOT NULL)");
const byId = database.prepare("SELECT document FROM person WHERE id = ?").pluck();
const byUserName = database.prepare("SELECT document FROM person WHERE user_name = ?").pluck();
const everyone = database.prepare("SELECT document FROM person ORDER BY id").pluck();
const insert = database.prepare("INSERT INTO person (user_name, document, id) VALUES (?, ?, ?)");
const update = database.prepare("UPDATE person SET user_name = ?, document = ? WHERE id = ?");
const remove = database.prepare("DELETE FROM person WHERE id = ?");

const absent = (id) => new SCIMMY.Types.Error(404, null, `There is no person ${id}`);

function egress({ id, filter }) {
  if (id) {
    const found = byId.get(id);
    if (!found) throw absent(id);
    return JSON.parse(found);
  }
  const [operator, name] = (filter?.length === 1 && filter[0].userName) || [];
  const found = (operator === "eq" ? byUserName.all(name) : everyone.all()).map((text) => JSON.parse(text));
  return filter ? filter.match(found) : found;
}

function ingress({ id }, data) {
  const now = new Date().toISOString();
  const before = id && byId.get(id);
  if (id && !before) throw absent(id);
  const created = before ? JSON.parse(before).meta.created : now;
  const person = { ...data, id: id ?? randomUUID(), meta: { resourceType: "User", created, lastModified: now } };
  try {
    (before ? update : insert).run(person.userName, JSON.stringify(person), person.id);
  } catch (error) {
    if (error.code === "SQLITE_CONSTRAINT_UNIQUE") throw new SCIMMY.Types.Error(409, "uniqueness", error.message);
    throw error;
  }
  return person;
}

function degress({ id }) {
  if (remove.run(id).changes === 0) throw absent(id);
}

SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser), { ingress, egress, degress });

const handler = (request) => {
  if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("Wrong token");
  return "bench";
};
const application = express();
application.use("/scim", new SCIMMYRouters({ type: "bearer", docUri: "https://example.com", handler }));
writeFileSync(join(folder, "target.txt"), `http://127.0.0.1:${port}/scim\n${token}\n`);
application.listen(Number(port), "127.0.0.1");
