/** Answers by their schema: what it does not name is left out, what does not fit it is a defect of POMS. */
import type { FastifySerializerCompiler } from 'fastify';
import { ResponseSerializationError } from 'fastify-type-provider-zod';
import type { z } from 'zod';

/**
 * Parses answers, where the library's own serialiser would encode them: only so do transforms of a schema (a `Date`
 * to text, see `timestamp` in services/common.ts) take effect.
 */
export const answerSerializer: FastifySerializerCompiler<z.ZodType> = ({ schema, method, url }) => {
  return (data) => {
    const result = schema.safeParse(data);
    if (!result.success) throw new ResponseSerializationError(method, url, { cause: result.error });
    return JSON.stringify(result.data);
  };
};
