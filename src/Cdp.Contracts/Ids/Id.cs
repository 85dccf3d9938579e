namespace Cdp.Contracts.Ids;

/// <summary>Makes ids that sort by creation time: a prefix and a version 7 UUID (RFC 9562) in hexadecimal.</summary>
public static class Id
{
    /// <summary>A new id such as <c>seg_0193…</c>; an empty prefix gives the bare 32 hexadecimal digits.</summary>
    public static string New(string prefix, TimeProvider time)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        return prefix.Length == 0 ? id : $"{prefix}_{id}";
    }
}
