import { describe, expect, it } from "vitest";
import { ApiError, apiClient, ask } from "../src/api/client";
import { websocketAddress } from "../src/config";

const ADDRESS = "https://page.example/api";

function problem(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

function clientOf(answers: Response[]) {
  const seen: Request[] = [];
  const tokens = { token: async (fresh = false) => (fresh ? "fresh" : "kept") };
  const api = apiClient(ADDRESS, tokens, async (input) => {
    seen.push(input as Request);
    return answers.shift() ?? Response.error();
  });
  return { api, seen };
}

describe("the typed client", () => {
  it("signs requests, and sends one that is answered with 401 once more with a fresh token", async () => {
    const { api, seen } = clientOf([problem(401, {}), Response.json({ queue: "intake", moved: 2 })]);
    const answer = await ask(api.POST("/admin/redrive", { body: { queue: "intake" } }));
    expect(answer.moved).toBe(2);
    expect(seen.map((request) => request.headers.get("authorization"))).toEqual([
      "Bearer kept",
      "Bearer fresh",
    ]);
    expect(await seen[1]?.json()).toEqual({ queue: "intake" });
    expect(seen[0]?.url).toBe(`${ADDRESS}/admin/redrive`);
  });

  it("renews a token that the gateway refuses, and takes a refusal of the API for its word", async () => {
    const refused = Response.json({ message: "Forbidden" }, { status: 403 });
    const expired = clientOf([refused, Response.json({ queue: "intake", moved: 0 })]);
    await ask(expired.api.POST("/admin/redrive", { body: { queue: "intake" } }));
    expect(expired.seen).toHaveLength(2);
    const member = clientOf([problem(403, { code: "forbidden", detail: "Sign in as an operator." })]);
    await expect(ask(member.api.GET("/admin/overview"))).rejects.toMatchObject({ code: "forbidden" });
    expect(member.seen).toHaveLength(1);
  });

  it("gives up when the fresh token is refused too", async () => {
    const { api, seen } = clientOf([
      problem(401, {}),
      problem(401, { code: "unauthorized", detail: "Sign in." }),
    ]);
    await expect(ask(api.GET("/me"))).rejects.toMatchObject({
      status: 401,
      code: "unauthorized",
      message: "Sign in.",
    });
    expect(seen).toHaveLength(2);
  });

  it("joins several values of one parameter as API Gateway takes them", async () => {
    const { api, seen } = clientOf([Response.json({ documents: [], next_cursor: null })]);
    await ask(api.GET("/documents", { params: { query: { status: ["queued", "processing"], limit: 5 } } }));
    expect(new URL(seen[0]?.url ?? "").search).toBe("?status=queued,processing&limit=5");
  });

  it("tells a lost connection from a refusal", async () => {
    const api = apiClient(ADDRESS, { token: async () => "t" }, async () => {
      throw new TypeError("Failed to fetch");
    });
    const failure = await ask(api.GET("/me")).catch((error) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code: "connection_failed", status: 0 });
  });
});

describe("the address of the WebSocket", () => {
  it.each([
    ["/ws", "https://page.example/x", "wss://page.example/ws"],
    ["/ws", "http://127.0.0.1:8000/", "ws://127.0.0.1:8000/ws"],
    ["wss://live.example/stage", "https://page.example/", "wss://live.example/stage"],
  ])("%s on %s is %s", (url, page, address) => {
    expect(websocketAddress(url, page)).toBe(address);
  });
});
