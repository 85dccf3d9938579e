using Cdp.Contracts.Failures;
using Cdp.Contracts.Identity.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Profile.Consuming;
using Cdp.Profile.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Profile.Unmerging;

/// <summary>Takes persons apart: identity first, then their profiles. Once identity has done it, it is carried through.</summary>
public sealed partial class Unmerger(
    ProfileWriter writer, IProfileStore store, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Unmerger> logger)
{
    // Identity takes no longer ones: docs/identity.md.
    private const int LongestValue = 512;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Undoes a merge, or takes an identifier out; returns when the profiles after it are stored.</summary>
    public async Task<UnmergeResponse> UnmergeAsync(UnmergeRequest request, CancellationToken cancellationToken)
    {
        var split = await writer.SplitAsync(Read(request), cancellationToken);
        // Not the caller's to end any more.
        var stopping = lifetime.ApplicationStopping;
        try
        {
            await UntilAppliedAsync(split?.Sequence, stopping);
            if (split is null)
                throw Failure.Unavailable("Identity gave no answer. If it took the person apart, the profiles are so now; else ask again.");
            var profiles = await store.LoadAsync([.. split.Parts.Select(p => p.PersonId)], stopping);
            return new UnmergeResponse { Split = split.Sequence, Profiles = { profiles.Select(p => p.Document).DistinctBy(p => p.Id) } };
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw Failure.Unavailable("The profile stage is stopping; the profiles are taken apart as soon as it is back.");
        }
    }

    private static SplitPersonRequest Read(UnmergeRequest request)
    {
        var errors = new List<FieldError>();
        switch (request.WhatCase)
        {
            case UnmergeRequest.WhatOneofCase.Merge:
                if (request.Merge <= 0)
                    errors.Add(new FieldError("merge", "expected the sequence of a merge, from 1"));
                break;
            case UnmergeRequest.WhatOneofCase.Identifier:
                if (request.Identifier.Type.Length == 0)
                    errors.Add(new FieldError("identifier.type", "is empty; expected an identifier type, such as email"));
                if (request.Identifier.Value.Length == 0)
                    errors.Add(new FieldError("identifier.value", "is empty; expected the identifier's value"));
                if (request.Identifier.Value.Length > LongestValue)
                    errors.Add(new FieldError("identifier.value", $"has {request.Identifier.Value.Length} characters; identifiers have at most {LongestValue}"));
                break;
            default:
                errors.Add(new FieldError("", "expected merge or identifier: what is to be undone"));
                break;
        }
        if (errors.Count > 0)
            throw Failure.Invalid(errors);
        return request.WhatCase == UnmergeRequest.WhatOneofCase.Merge
            ? new SplitPersonRequest { Merge = request.Merge }
            : new SplitPersonRequest { Identifier = request.Identifier };
    }

    // A round without events applies what identity has done, unless another round did.
    private async Task UntilAppliedAsync(long? split, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await writer.WriteAsync(Round.Empty(), replayed: null, stopping);
                await writer.FlushAsync(stopping);
                return;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogFailed(split, exception);
                await Task.Delay(Pause, time, stopping);
            }
        }
    }

    [LoggerMessage(EventId = 320, Level = LogLevel.Warning, Message = "The profiles of split {Split} could not be rebuilt; tried again in a second.")]
    private partial void LogFailed(long? split, Exception exception);
}
