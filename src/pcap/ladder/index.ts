export { type Conversation, conversationAt, parseConversation } from "./conversation.ts";
export * from "./ladder.ts";
export * from "./render-ladder.ts";
export * from "./rung.ts";
export type { TcpOptions } from "./tcp-options.ts";
export type { TcpKind } from "./tcp-side.ts";
