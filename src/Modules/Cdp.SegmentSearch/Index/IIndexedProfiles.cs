namespace Cdp.SegmentSearch.Index;

/// <summary>What the index in memory holds, for an index elsewhere. All members but <see cref="Read"/> only within it.</summary>
public interface IIndexedProfiles
{
    /// <summary>Sequence of the feed of changed profiles that the index includes.</summary>
    long Sequence { get; }

    /// <summary>Ordinals given out, those given up included.</summary>
    int Ordinals { get; }

    /// <summary>The profile of an ordinal; null where it was given up.</summary>
    string? IdOf(int profile);

    /// <summary>The ordinal of a profile; null where it is not in the index.</summary>
    int? OrdinalOf(string id);

    /// <summary>Sequence of a profile's last change.</summary>
    long SequenceOf(int profile);

    /// <summary>Shows what the index holds of a profile.</summary>
    void Visit(int profile, IProfileVisitor visitor);

    /// <summary>Runs something that reads. Whoever writes waits for it, so it has to be short.</summary>
    T Read<T>(Func<T> work);
}
