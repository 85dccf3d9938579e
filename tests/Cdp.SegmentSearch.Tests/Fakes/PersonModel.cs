namespace Cdp.SegmentSearch.Tests.Fakes;

/// <summary>A profile in its plainest form, as the reference evaluator sees it.</summary>
internal sealed class PersonModel(string id)
{
    public string Id { get; } = id;

    /// <summary>Traits by name as JSON text.</summary>
    public Dictionary<string, string> Traits { get; } = new(StringComparer.Ordinal);

    public List<(string Name, long Time, string Properties)> Events { get; } = [];
}
