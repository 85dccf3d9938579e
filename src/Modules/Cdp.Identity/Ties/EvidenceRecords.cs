using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Store;

namespace Cdp.Identity.Ties;

/// <summary>Evidence as records, for moving house.</summary>
public static class EvidenceRecords
{
    /// <summary>A founder as a record.</summary>
    public static FounderRecord Of(Founder founder) => new() { Id = founder.Id, CreatedAt = founder.CreatedAt, First = founder.First.ToMessage() };

    /// <summary>A founder from a record.</summary>
    public static Founder From(FounderRecord record) => new(record.Id, record.CreatedAt, TieKeys.Of(record.First));

    /// <summary>A separation as a record.</summary>
    public static SeparationRecord Of(Separation separation) => new()
    {
        Left = separation.Left.ToMessage(),
        Right = separation.Right.ToMessage(),
        OfAlias = separation.OfAlias,
        Split = separation.Split,
    };

    /// <summary>A separation from a record.</summary>
    public static Separation From(SeparationRecord record) => new(TieKeys.Of(record.Left), TieKeys.Of(record.Right), record.OfAlias, record.Split);
}
