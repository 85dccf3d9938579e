using Cdp.Contracts.Scopes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.Governance.ApiKeys;

/// <summary>
/// Sees to it at start that somebody can get in: with the configured key or, where there is neither a configured nor any
/// valid key, with one that is made and printed once.
/// </summary>
internal sealed partial class FirstApiKey(
    IApiKeyStore store, ApiKeyRegistry keys, IConfiguration configuration, TimeProvider time, ILogger<FirstApiKey> logger) : IHostedService
{
    public const string Setting = "Cdp:AdminKey";
    public const int ShortestKey = 12;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var configured = configuration[Setting];
        if (string.IsNullOrEmpty(configured))
            await EnsureAnyAsync(cancellationToken);
        else if (configured.Length is < ShortestKey or > ApiKeySecret.Longest)
            throw new InvalidOperationException($"{Setting}: has {configured.Length} characters; expected {ShortestKey} to {ApiKeySecret.Longest}.");
        else
            await UseAsync(configured, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAnyAsync(CancellationToken cancellationToken)
    {
        if ((await store.ListAsync(cancellationToken)).Any(k => k.IsValid))
            return;
        var secret = ApiKeySecret.New();
        await store.PutAsync([keys.New("admin", [Scope.All], secret, isConfigured: false)], cancellationToken);
        Console.WriteLine($"Admin key, shown this once: {secret}");
    }

    // The former configured key goes in the same commit as the new one comes: a crash leaves one of them, never both or none.
    private async Task UseAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecret.Hash(secret);
        var present = await store.FindAsync(hash, cancellationToken);
        if (present is { IsValid: false })
        {
            LogRevoked(present.Id);
            return;
        }
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = (await store.ListAsync(cancellationToken))
            .Where(k => k.IsConfigured && k.IsValid && k.Id != present?.Id).Select(k => k with { RevokedAt = now }).ToList();
        if (present is null)
            changed.Add(keys.New("configured admin", [Scope.All], secret, isConfigured: true));
        else if (!present.IsConfigured || !present.Scopes.Contains(Scope.All))
            changed.Add(present with { IsConfigured = true, Scopes = [Scope.All] });
        if (changed.Count > 0)
            await store.PutAsync(changed, cancellationToken);
    }

    [LoggerMessage(EventId = 601, Level = LogLevel.Error, Message = "Cdp:AdminKey is key {Id}, which was revoked. A revoked key never works again: configure another one.")]
    private partial void LogRevoked(string id);
}
