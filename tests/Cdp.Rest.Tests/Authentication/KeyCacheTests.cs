using Cdp.Rest.Authentication;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Rest.Tests.Authentication;

public sealed class KeyCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryGet_UntilFiveSecondsAfterVerification_Finds()
    {
        var cache = new KeyCache<int>(_time);
        var asked = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(1));
        cache.Put("a", 1, asked);

        _time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.True(cache.TryGet("a", out var value));
        Assert.Equal(1, value);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(cache.TryGet("a", out _));
    }

    [Fact]
    public void Put_MoreThanCapacity_StaysBounded()
    {
        var cache = new KeyCache<int>(_time);
        for (var i = 0; i <= KeyCache<int>.Capacity; i++)
            cache.Put($"{i}", i, _time.GetUtcNow());

        Assert.False(cache.TryGet("0", out _));
        Assert.True(cache.TryGet($"{KeyCache<int>.Capacity}", out _));
    }
}
