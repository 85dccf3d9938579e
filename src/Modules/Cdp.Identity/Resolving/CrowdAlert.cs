namespace Cdp.Identity.Resolving;

/// <summary>When somebody should look at a person that absorbs unusually many: at 100, and at each doubling.</summary>
internal static class CrowdAlert
{
    private const int First = 100;

    /// <summary>Whether the number of absorbed persons has passed a mark.</summary>
    public static bool IsDue(int before, int after)
    {
        var mark = First;
        while (mark <= before)
            mark *= 2;
        return mark <= after;
    }
}
