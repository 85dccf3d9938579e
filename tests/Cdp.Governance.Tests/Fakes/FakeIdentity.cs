using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Grpc.Core;

namespace Cdp.Governance.Tests.Fakes;

/// <summary>Persons and their identifiers.</summary>
internal sealed class FakeIdentity(FakePlatform platform) : IdentityService.IdentityServiceBase
{
    public override Task<Person> Lookup(LookupRequest request, ServerCallContext context) =>
        platform.Identifiers.TryGetValue(request.Identifier.Value, out var id)
            ? Task.FromResult(Map(id))
            // As a careless service would: the value must not get into the regulation from here.
            : throw Failure.NotFound("person", request.Identifier.Value);

    public override Task<Person> GetPerson(GetPersonRequest request, ServerCallContext context) =>
        Task.FromResult(Map(FakePlatform.Canonical(platform.Persons, request.Id) ?? throw Failure.NotFound("person", request.Id)));

    public override Task<ErasePersonResponse> ErasePerson(ErasePersonRequest request, ServerCallContext context)
    {
        if (FakePlatform.Canonical(platform.Persons, request.Id) is not { } id)
            return Task.FromResult(new ErasePersonResponse());
        var response = new ErasePersonResponse { Ids = { platform.Persons[id].Prepend(id) } };
        platform.Persons.Remove(id);
        foreach (var identifier in platform.Identifiers.Where(i => i.Value == id).Select(i => i.Key).ToList())
            platform.Identifiers.Remove(identifier);
        return Task.FromResult(response);
    }

    private Person Map(string id) => new() { Id = id, AbsorbedIds = { platform.Persons[id] } };
}
