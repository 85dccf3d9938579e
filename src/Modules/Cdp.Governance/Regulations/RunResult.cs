namespace Cdp.Governance.Regulations;

/// <summary>Why a run of a deletion came to a halt.</summary>
internal enum RunEnd
{
    /// <summary>Everything is erased.</summary>
    Finished,

    /// <summary>Another stage has to catch up first.</summary>
    Waiting,

    /// <summary>A stage refused, or was away.</summary>
    Failed,
}

/// <summary>How a run of a deletion went.</summary>
/// <param name="End">Why it came to a halt.</param>
/// <param name="Advanced">Whether it did any step.</param>
internal readonly record struct RunResult(RunEnd End, bool Advanced);
