using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Linking;

/// <summary>Links as they are between persons today. They are kept between identifiers, so they follow merges and splits.</summary>
internal sealed class PersonLinks(IIdentityStore store)
{
    /// <summary>Links of a person, oldest event first; what has become one person since is none.</summary>
    public async Task<IReadOnlyList<PersonLink>> OfAsync(StoredPerson person, CancellationToken cancellationToken)
    {
        var links = await store.LinksOfAsync([.. person.Identifiers.Select(i => i.Key)], cancellationToken);
        var keys = links.SelectMany(l => new[] { TieKeys.Of(l.Anonymous), TieKeys.Of(l.Known) }).ToHashSet();
        var holders = new Dictionary<IdentifierKey, string>();
        foreach (var found in await store.FindAsync(keys, cancellationToken))
        {
            foreach (var identifier in found.Identifiers)
                holders[identifier.Key] = found.Id;
        }
        return
        [
            .. from link in links
               let anonymous = holders.GetValueOrDefault(TieKeys.Of(link.Anonymous))
               let known = holders.GetValueOrDefault(TieKeys.Of(link.Known))
               where anonymous is not null && known is not null && anonymous != known
               select new PersonLink { Link = link, AnonymousId = anonymous, KnownId = known },
        ];
    }
}
