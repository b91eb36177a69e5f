// Parses the whole document with fast-xml-parser and does nothing else. The download is not counted.
import { XMLParser } from 'fast-xml-parser';

const [, , site] = process.argv;
const text = await (await fetch(`${site}/feed?plain`)).text();
const start = performance.now();
const { rss } = new XMLParser({ ignoreAttributes: false, processEntities: true }).parse(text);
const ms = performance.now() - start;
if (!rss.channel.item.length) throw new Error('no items');
process.send({ ms, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
