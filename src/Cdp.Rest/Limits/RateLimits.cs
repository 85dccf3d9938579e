using System.Threading.RateLimiting;
using Cdp.Rest.Problems;
using Cdp.Rest.Rpcs;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Cdp.Rest.Limits;

/// <summary>
/// Token buckets for each key and for each address. They stand before authentication, so that guessing keys is limited,
/// too; the one for the address also bounds how many keys one sender can have counted at a time.
/// </summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    private const int LongestKey = 600;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly RateLimitOptions _options = options.Value;

    private enum Kind
    {
        None,
        Tracking,
        Api,
    }

    /// <inheritdoc />
    public void Configure(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, (Kind, string)>(context => Bucket(context, Address(context))),
            PartitionedRateLimiter.Create<HttpContext, (Kind, string)>(context => Bucket(context, Key(context))));
        limiter.OnRejected = static async (rejected, cancellationToken) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            TrackingCors.Allow(rejected.HttpContext);
            await ProblemAnswer.WriteAsync(
                rejected.HttpContext, StatusCodes.Status429TooManyRequests, "Too many requests; wait as long as Retry-After says.", wait);
        };
    }

    private RateLimitPartition<(Kind, string)> Bucket(HttpContext context, string? who)
    {
        var kind = who is null ? Kind.None : KindOf(context);
        return kind == Kind.None
            ? RateLimitPartition.GetNoLimiter((Kind.None, ""))
            : RateLimitPartition.GetTokenBucketLimiter((kind, who!), partition => Create(partition.Item1));
    }

    private TokenBucketRateLimiterOptions Create(Kind kind)
    {
        var (perSecond, burst) = kind == Kind.Tracking
            ? (_options.TrackingPerSecond, _options.TrackingBurst)
            : (_options.ApiPerSecond, _options.ApiBurst);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = Math.Max(1, perSecond / 10),
            ReplenishmentPeriod = perSecond < 10 ? TimeSpan.FromSeconds(1.0 / perSecond) : Period,
            QueueLimit = 0,
            AutoReplenishment = true,
        };
    }

    private Kind KindOf(HttpContext context)
    {
        var path = context.Request.Path;
        if (!_options.Enabled || path.StartsWithSegments("/health") || path.StartsWithSegments("/alive"))
            return Kind.None;
        return PublicRpcs.IsIntake(path) || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null ? Kind.Tracking : Kind.Api;
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    // The key as it was sent; whether it is one is for others to say.
    private static string? Key(HttpContext context)
    {
        var sent = context.Request.Headers.Authorization.ToString();
        if (sent.Length == 0)
            sent = context.Request.Query["writeKey"].ToString();
        return sent.Length is 0 or > LongestKey ? null : sent;
    }
}
