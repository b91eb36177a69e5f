import { unmetRequirement } from './requirements.js';
import type { SpecificationFile, SpecificationTest } from './run-test.js';

/** Features that the server leaves out, each with the cases about it: whole files, or `file: description`. */
const LEFT_OUT: Record<string, string[]> = {
  'the option let is left out': [
    'aggregate-let.json',
    'bulkWrite-deleteMany-let.json',
    'bulkWrite-deleteOne-let.json',
    'bulkWrite-replaceOne-let.json',
    'bulkWrite-updateMany-let.json',
    'bulkWrite-updateOne-let.json',
    'deleteMany-let.json',
    'deleteOne-let.json',
    'find-let.json',
    'findOneAndDelete-let.json',
    'findOneAndReplace-let.json',
    'findOneAndUpdate-let.json',
    'replaceOne-let.json',
    'updateMany-let.json',
    'updateOne-let.json',
  ],
  'updates by a pipeline are left out': [
    'bulkWrite-updateMany-dots_and_dollars.json',
    'bulkWrite-updateMany-pipeline.json',
    'bulkWrite-updateMany-rawdata.json',
    'bulkWrite-updateOne-dots_and_dollars.json',
    'bulkWrite-updateOne-pipeline.json',
    'bulkWrite-updateOne-rawdata.json',
    'bulkWrite-updateOne-sort.json',
    'findOneAndUpdate-comment.json',
    'findOneAndUpdate-dots_and_dollars.json',
    'findOneAndUpdate-pipeline.json',
    'findOneAndUpdate-rawdata.json',
    'updateMany-dots_and_dollars.json',
    'updateMany-pipeline.json',
    'updateOne-dots_and_dollars.json',
    'updateOne-pipeline.json',
  ],
  'the stages $out and $merge are left out': [
    'aggregate-merge-errorResponse.json',
    'aggregate-merge.json',
    'aggregate-out.json',
    'bypassDocumentValidation.json: Aggregate with $out passes bypassDocumentValidation: false',
  ],
  'aggregations of a whole database are left out': ['db-aggregate-rawdata.json', 'db-aggregate.json'],
  'the command bulkWrite is left out': [
    'client-bulkWrite-delete-options.json',
    'client-bulkWrite-delete-rawdata.json',
    'client-bulkWrite-errorResponse.json',
    'client-bulkWrite-errors.json',
    'client-bulkWrite-mixed-namespaces.json',
    'client-bulkWrite-options.json',
    'client-bulkWrite-ordered.json',
    'client-bulkWrite-partialResults.json',
    'client-bulkWrite-replaceOne-rawdata.json',
    'client-bulkWrite-replaceOne-sort.json',
    'client-bulkWrite-results.json',
    'client-bulkWrite-update-options.json',
    'client-bulkWrite-update-pipeline.json',
    'client-bulkWrite-update-rawdata.json',
    'client-bulkWrite-update-validation.json',
    'client-bulkWrite-updateOne-sort.json',
  ],
  'views are left out': ['estimatedDocumentCount.json: estimatedDocumentCount works correctly on views'],
};

/** The names in `LEFT_OUT` that no case has, so that the list cannot outlive the cases. */
export function namesWithoutCase(cases: string[]): string[] {
  return Object.values(LEFT_OUT)
    .flat()
    .filter((name) => !cases.some((one) => one === name || one.startsWith(`${name}: `)));
}

/** The reason why a case cannot be run, or undefined. */
export function reasonToSkip(
  name: string,
  file: SpecificationFile,
  test: SpecificationTest,
): string | undefined {
  return (
    test.skipReason ??
    unmetRequirement(file.runOnRequirements) ??
    unmetRequirement(test.runOnRequirements) ??
    leftOutFeature(name) ??
    (JSON.stringify(test.operations).includes('failPoint') ? 'needs fail points' : undefined) ??
    (isAnsweredByDriver(name) ? 'the driver replaces a null _id itself' : undefined)
  );
}

function leftOutFeature(name: string): string | undefined {
  const [fileName] = name.split(': ');
  return Object.entries(LEFT_OUT).find(
    ([, names]) => names.includes(name) || names.includes(fileName as string),
  )?.[0];
}

const isAnsweredByDriver = (name: string): boolean => name.startsWith('create-null-ids.json: inserting');
