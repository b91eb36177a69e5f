import type { Socket } from 'node:net';
import { MAX_MESSAGE_BYTES, ProtocolError } from './message.js';

const HEADER_BYTES = 16;
const MAX_OVERHEAD_BYTES = 16 * 1024;

/**
 * Reads the messages of a connection. Stops reading from the socket while the caller handles a message,
 * so that a client which does not wait for replies cannot fill the memory.
 *
 * @throws ProtocolError for an invalid message size.
 */
export async function* readMessages(socket: Socket): AsyncGenerator<Buffer, void, void> {
  const size = Buffer.alloc(4);
  let message: Buffer = size;
  let filled = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(message, filled, at);
      at += copied;
      filled += copied;
      if (filled < message.length) continue;
      if (message === size) {
        message = startMessage(size);
        continue;
      }
      yield message;
      message = size;
      filled = 0;
    }
  }
}

function startMessage(size: Buffer): Buffer {
  const sizeBytes = size.readInt32LE(0);
  if (sizeBytes <= HEADER_BYTES || sizeBytes > MAX_MESSAGE_BYTES + MAX_OVERHEAD_BYTES) {
    throw new ProtocolError(`a message cannot have ${sizeBytes} bytes`);
  }
  const message = Buffer.allocUnsafe(sizeBytes);
  size.copy(message);
  return message;
}
