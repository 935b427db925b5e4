// Where a grant goes: its campaign's URL and key, or the sandbox of this relay. A grant made for the
// sandbox never reaches MOAB, whatever the campaign has become since.
import type { ClaimedGrant } from '../db/claim.ts'
import type { Destination } from '../grants/destination.ts'
import type { Directory } from './directory.ts'

/** The sandbox takes any key of the right form; this one says whose it is. */
const sandboxApiKey = '5a4db0c0-0000-4000-8000-5a4db0c00000'

export function createDestinations(
  directory: Directory,
  moabUrl: string,
  sandboxUrl: () => string,
): (grant: ClaimedGrant) => Promise<Destination> {
  return async (grant) => {
    if (grant.mode === 'sandbox') return { url: sandboxUrl(), apiKey: sandboxApiKey }
    const campaign = await directory.campaign(grant.partnerId, grant.campaignId)
    if (campaign === undefined || campaign.apiKey === null) return 'unusable'
    return { url: campaign.url ?? moabUrl, apiKey: campaign.apiKey }
  }
}
