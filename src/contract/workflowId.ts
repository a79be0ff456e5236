/**
 * Where the organization ends in what follows `onboard-`. Layers' ids of organizations are `org_` with a UUID, which has
 * hyphens itself, or `org_` with a word without any.
 */
const ORGANIZATION = /^(org_[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|org_[^-]+)-(.+)$/is;
/** The other form: how long the organization's id is (nothing: there is none), then both ids. */
const COUNTED = /^-\d*-/;

/**
 * The workflow id of a customer: `onboard-<customerExternalId>`, with an organization
 * `onboard-<organizationId>-<customerExternalId>`. No two pairs share one, so that a customer is onboarded once and nobody
 * acts on another's onboarding. Where the joined ids would be read as another pair (an organization `org_a-b`, a customer
 * `org_a-b` without organization), they are counted instead of joined: `onboard--7-org_a-bcustomer`,
 * `onboard---org_a-b`.
 */
export function onboardingWorkflowId(customerExternalId: string, organizationId?: string): string {
  const joined = organizationId === undefined ? customerExternalId : `${organizationId}-${customerExternalId}`;
  if (isReadAs(joined, customerExternalId, organizationId)) return `onboard-${joined}`;
  return `onboard--${organizationId?.length ?? ''}-${organizationId ?? ''}${customerExternalId}`;
}

/** Whether a reader who knows the rule alone finds this very pair in the joined ids. */
function isReadAs(joined: string, customer: string, organization: string | undefined): boolean {
  if (COUNTED.test(joined)) return false;
  const [, readOrganization, readCustomer = joined] = ORGANIZATION.exec(joined) ?? [];
  return readOrganization === organization && readCustomer === customer;
}
