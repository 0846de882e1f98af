/** What goes in and out of the job types service. */
import { z } from 'zod';
import { definitionChange, definitionView, jobTypeFields } from '../definitions.ts';

export const jobTypeChange = jobTypeFields.extend(definitionChange);

export const jobTypeView = z.object({ jobTypeId: z.number(), ...jobTypeFields.shape, ...definitionView });
