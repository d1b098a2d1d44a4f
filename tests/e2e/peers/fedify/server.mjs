// A fediverse server of one actor, @ann, on the library Fedify: something real for Pennypost to talk to.
//
// Behind a TLS proxy it is ORIGIN; on CONTROL, a port of its own, tests tell it what to do and read what came:
//   GET  /inbox /followers /following /requests /errors    POST /follow /unfollow /lookup {"target": "@u@host"}
//   POST /note {"content": "<p>...</p>", "to": "@u@host"}  POST /answer {"status": 503, "times": 2}: what the inbox says
//   POST /edit {"id": "...", "content": "<p>...</p>"}      POST /delete /boost {"id": "..."}
//   POST /welcome {"yes": false}: Follows are rejected     (a note may be "private": for followers, or "quiet": sent to nobody)
// It signs with RFC 9421 first and falls back to draft-cavage, unless KNOCK says otherwise.  AUTHORIZED=1: it shows
// its actor only to those who sign.
import { createServer } from "node:http";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import * as V from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const { ORIGIN, PORT, CONTROL, KNOCK = "rfc9421", AUTHORIZED } = process.env;
const NAME = "ann";
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
const inbox = [], requests = [], errors = [], notes = [], followers = new Map(), following = new Map();
let answer = { status: 0, times: 0 }, serial = 0, welcome = true;
const fresh = (kind) => new URL(`/${kind}/${Date.now()}-${++serial}`, ORIGIN);

// Without a queue a delivery has happened, or failed, when the call that asked for it returns.
const federation = createFederation({ kv: new MemoryKvStore(), origin: ORIGIN, allowPrivateAddress: true, firstKnock: KNOCK });
const mayRead = async (ctx) => !AUTHORIZED || (await ctx.getSignedKeyOwner()) != null;
const create = (ctx, note) => new V.Create({
  id: new URL("#create", note.id), actor: ctx.getActorUri(NAME), object: note, tos: note.toIds, ccs: note.ccIds,
});

federation.setActorDispatcher("/users/{identifier}", async (ctx, name) => {
  if (name !== NAME) return null;
  const pairs = await ctx.getActorKeyPairs(name);
  return new V.Person({
    id: ctx.getActorUri(name), url: ctx.getActorUri(name), preferredUsername: name, name: "Ann",
    inbox: ctx.getInboxUri(name), outbox: ctx.getOutboxUri(name),
    followers: ctx.getFollowersUri(name), following: ctx.getFollowingUri(name),
    endpoints: new V.Endpoints({ sharedInbox: ctx.getInboxUri() }),
    publicKey: pairs[0].cryptographicKey, assertionMethods: pairs.map((pair) => pair.multikey),
  });
}).mapHandle((ctx, name) => name === NAME ? NAME : null).setKeyPairsDispatcher((ctx, name) => name === NAME ? keys : []).authorize(mayRead);
federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] })).setCounter(() => followers.size);
federation.setFollowingDispatcher("/users/{identifier}/following", () => ({ items: [...following.keys()].map((id) => new URL(id)) })).setCounter(() => following.size);
federation.setOutboxDispatcher("/users/{identifier}/outbox", (ctx) => ({ items: notes.map((note) => create(ctx, note)) })).setCounter(() => notes.length);
federation.setObjectDispatcher(V.Note, "/note/{id}", (ctx, { id }) => notes.find((note) => note.id.pathname === `/note/${id}`) ?? null);

const keep = async (ctx, activity) => {
  inbox.push({
    type: activity.constructor.name, id: activity.id?.href, actor: activity.actorId?.href,
    json: await activity.toJsonLd({ format: "compact", contextLoader: ctx.contextLoader }),
  });
};
federation.setInboxListeners("/users/{identifier}/inbox", "/inbox").setSharedKeyDispatcher(() => ({ identifier: NAME }))
  .on(V.Follow, async (ctx, follow) => {
    await keep(ctx, follow);
    const actor = await follow.getActor(ctx);
    if (!actor?.inboxId || follow.objectId?.href !== ctx.getActorUri(NAME).href) return;
    if (!welcome) {
      await ctx.sendActivity({ identifier: NAME }, actor, new V.Reject({ id: fresh("reject"), actor: follow.objectId, object: follow }));
      return;
    }
    followers.set(actor.id.href, { id: actor.id, inboxId: actor.inboxId, endpoints: actor.endpoints });
    await ctx.sendActivity({ identifier: NAME }, actor, new V.Accept({ id: fresh("accept"), actor: follow.objectId, object: follow }));
  })
  .on(V.Undo, async (ctx, undo) => {
    await keep(ctx, undo);
    if (await undo.getObject(ctx) instanceof V.Follow) followers.delete(undo.actorId.href);
  })
  .on(V.Accept, async (ctx, accept) => {
    await keep(ctx, accept);
    const one = following.get(accept.actorId?.href);
    if (one) one.state = "accepted";
  })
  .on(V.Activity, keep)
  .onError((ctx, error) => { errors.push(String(error?.stack ?? error)); });

async function find(ctx, target) {
  const documentLoader = await ctx.getDocumentLoader({ identifier: NAME });
  const found = await ctx.lookupObject(target, { documentLoader, contextLoader: ctx.contextLoader });
  if (!found) throw new Error(`nothing at ${target}`);
  return found;
}
const send = (ctx, to, activity) => ctx.sendActivity({ identifier: NAME }, to, activity);
const commands = {
  "GET /inbox": () => inbox,
  "GET /requests": () => requests,
  "GET /errors": () => errors,
  "GET /followers": () => [...followers.keys()],
  "GET /following": () => Object.fromEntries(following),
  "POST /answer": (ctx, body) => { answer = { times: Infinity, ...body }; return {}; },
  "POST /lookup": async (ctx, { target }) => (await find(ctx, target)).toJsonLd({ format: "compact", contextLoader: ctx.contextLoader }),
  "POST /follow": async (ctx, { target }) => {
    const actor = await find(ctx, target), id = fresh("follow");
    following.set(actor.id.href, { state: "asked", id: id.href });
    await send(ctx, actor, new V.Follow({ id, actor: ctx.getActorUri(NAME), object: actor.id, to: actor.id }));
    return { actor: actor.id.href, follow: id.href };
  },
  "POST /unfollow": async (ctx, { target }) => {
    const actor = await find(ctx, target);
    const follow = new V.Follow({ id: new URL(following.get(actor.id.href).id), actor: ctx.getActorUri(NAME), object: actor.id });
    await send(ctx, actor, new V.Undo({ id: fresh("undo"), actor: ctx.getActorUri(NAME), object: follow, to: actor.id }));
    following.delete(actor.id.href);
    return {};
  },
  "POST /welcome": (ctx, { yes }) => { welcome = yes; return {}; },
  "POST /edit": async (ctx, { id, content }) => {
    const at = notes.findIndex((note) => note.id.href === id);
    notes[at] = notes[at].clone({ content, updated: Temporal.Now.instant() });
    await send(ctx, [...followers.values()], new V.Update({
      id: fresh("update"), actor: ctx.getActorUri(NAME), object: notes[at], tos: notes[at].toIds, ccs: notes[at].ccIds,
    }));
    return {};
  },
  "POST /delete": async (ctx, { id }) => {
    const [note] = notes.splice(notes.findIndex((one) => one.id.href === id), 1);
    await send(ctx, [...followers.values()], new V.Delete({
      id: fresh("delete"), actor: ctx.getActorUri(NAME), object: new V.Tombstone({ id: note.id }), tos: note.toIds,
    }));
    return {};
  },
  "POST /boost": async (ctx, { id }) => {
    await send(ctx, [...followers.values()], new V.Announce({
      id: fresh("announce"), actor: ctx.getActorUri(NAME), object: new URL(id), tos: [V.PUBLIC_COLLECTION],
    }));
    return {};
  },
  "POST /note": async (ctx, { content, to, inReplyTo, private: hidden, quiet }) => {
    const one = to ? await find(ctx, to) : null;
    const note = new V.Note({
      id: fresh("note"), attribution: ctx.getActorUri(NAME), content, published: Temporal.Now.instant(),
      replyTarget: inReplyTo ? new URL(inReplyTo) : null, tos: one ? [one.id] : [hidden ? ctx.getFollowersUri(NAME) : V.PUBLIC_COLLECTION],
      ccs: one || hidden ? [] : [ctx.getFollowersUri(NAME)], tags: one ? [new V.Mention({ href: one.id, name: to })] : [],
    });
    notes.unshift(note);
    if (!quiet) await send(ctx, one ?? [...followers.values()], create(ctx, note));
    return { id: note.id.href };
  },
};

const readAll = async (stream) => { const parts = []; for await (const part of stream) parts.push(part); return Buffer.concat(parts); };
const control = async (request, reply) => {
  const command = commands[`${request.method} ${request.url}`], body = await readAll(request);
  let status = command ? 200 : 404, value = {};
  try {
    if (command) value = await command(federation.createContext(new URL(ORIGIN)), body.length ? JSON.parse(body) : {});
  } catch (error) { status = 500; value = { error: String(error?.stack ?? error) }; }
  reply.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};
const public_ = async (request, reply) => {
  const body = await readAll(request), posted = request.method === "POST";
  const seen = { method: request.method, path: request.url, headers: request.headers, body: body.toString(), status: 0 };
  requests.push(seen);
  if (posted && answer.status && answer.times-- > 0) {
    seen.status = answer.status;
    return reply.writeHead(answer.status).end("as I was told");
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, [value].flat().join(", "));
  const answered = await federation.fetch(new Request(new URL(request.url, ORIGIN), { method: request.method, headers, body: posted ? body : undefined }), {
    onNotFound: () => new Response("not found", { status: 404 }),
    onNotAcceptable: () => new Response("<!doctype html><title>Ann</title>", { headers: { "content-type": "text/html", vary: "Accept" } }),
    onUnauthorized: () => new Response("not signed, or not well", { status: 401 }),
  });
  seen.status = answered.status;
  reply.writeHead(answered.status, Object.fromEntries(answered.headers)).end(Buffer.from(await answered.arrayBuffer()));
};
createServer(control).listen(Number(CONTROL), "127.0.0.1");
createServer(public_).listen(Number(PORT), "127.0.0.1", () => console.log(`${ORIGIN} is ready`));
