namespace Cdp.Governance.Regulations;

/// <summary>States of a regulation, as the outside reads them.</summary>
internal static class RegulationStates
{
    public const string Initialized = "initialized";
    public const string Running = "running";
    public const string Finished = "finished";
}
