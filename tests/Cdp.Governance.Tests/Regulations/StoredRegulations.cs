using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Governance.V1;
using Cdp.Governance.Regulations;

namespace Cdp.Governance.Tests.Regulations;

/// <summary>Regulations as they are when they were just asked for.</summary>
internal static class StoredRegulations
{
    public static StoredRegulation ByIdentifier(string id, string value) => new()
    {
        Regulation = new Regulation { Id = id, Type = "delete", State = RegulationStates.Initialized, CreatedAt = 1 },
        Step = ErasureStep.Start,
        Identifier = new Identifier { Type = "email", Value = value },
    };

    public static StoredRegulation ByProfile(string id, string profileId) => new()
    {
        Regulation = new Regulation { Id = id, Type = "delete", State = RegulationStates.Initialized, CreatedAt = 1, ProfileIds = { profileId } },
        Step = ErasureStep.Start,
    };
}
