/** What goes in and out of the login setups service. */
import { z } from 'zod';
import { definitionChange, definitionView, loginSetupFields } from '../definitions.ts';

export const loginSetupChange = loginSetupFields.extend(definitionChange);

export const loginSetupView = z.object({
  loginSetupId: z.number(),
  ...loginSetupFields.shape,
  ...definitionView,
});
