import { DefaultHttpStack, type HttpRequest, type HttpStack } from 'tus-js-client';
import type { Packing } from './packing.js';
import { requireReadable } from './require-readable.js';

/** The requests of tus-js-client, with bodies packed as decided. The server counts the bytes of the file itself. */
export function createPackingStack(packing: Packing): HttpStack {
  const stack = new DefaultHttpStack({});
  return {
    getName: () => 'packing',
    createRequest: (method, url) => {
      const request = stack.createRequest(method, url);
      return method === 'PATCH' ? packingRequest(request, packing) : request;
    },
  };
}

function packingRequest(request: HttpRequest, packing: Packing): HttpRequest {
  let isAborted = false;
  let onProgress: (sentBytes: number) => void = () => {};
  return {
    getMethod: () => request.getMethod(),
    getURL: () => request.getURL(),
    getHeader: (name) => request.getHeader(name),
    setHeader: (name, value) => request.setHeader(name, value),
    getUnderlyingObject: () => request.getUnderlyingObject(),
    setProgressHandler: (handler) => {
      onProgress = handler;
    },
    abort: () => {
      isAborted = true;
      return request.abort();
    },
    async send(block: Blob) {
      await requireReadable(block);
      const packed = await packing.pack(block);
      if (isAborted) throw new DOMException('The transfer was cancelled', 'AbortError');
      const body = packed ?? block;
      if (packed) request.setHeader('content-encoding', 'gzip');
      request.setProgressHandler((sent) => onProgress((sent / body.size) * block.size));
      const startedAt = performance.now();
      try {
        const response = await request.send(body);
        packing.note({ bytes: body.size, ms: performance.now() - startedAt });
        return response;
      } catch (failure) {
        await requireReadable(block);
        throw failure;
      }
    },
  };
}
