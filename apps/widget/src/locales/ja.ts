import type { Texts } from '../texts/create-text.js';
import { en } from './en.js';

export const ja: Texts = en;
