namespace Cdp.SegmentSearch.Evaluation;

/// <summary>When a question is asked, and when the answer may next change although nothing but time passes.</summary>
/// <param name="now">Now, ms since 1970.</param>
internal struct Moment(long now)
{
    public readonly long Now = now;

    /// <summary>Earliest moment at which the answer may be another; <see cref="long.MaxValue"/> where there is none.</summary>
    public long Next = long.MaxValue;

    /// <summary>Notes that the answer may change then.</summary>
    public void ChangesAt(long moment)
    {
        if (moment > Now && moment < Next)
            Next = moment;
    }
}
