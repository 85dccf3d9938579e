using System.Net;
using System.Text;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Keys, consent, audit and erasure over the whole platform.</summary>
public abstract class GovernanceSuite(IPlatform platform)
{
    private PlatformClient Client => platform.Client;

    /// <summary>Where the platform keeps its files.</summary>
    protected abstract string DataDirectory { get; }

    [Fact]
    public async Task ApiKey_WithReadScope_ReadsButDoesNotWrite()
    {
        var created = await Client.PostAsync("/v1/api-keys", new { name = "reader", scopes = new[] { "segments:read" } });
        using var reader = new PlatformClient(Client.Url, created["secret"]!.GetValue<string>(), Client.WriteKey);

        Assert.Equal(HttpStatusCode.OK, await reader.GetStatusAsync("/v1/segments"));
        Assert.Equal(HttpStatusCode.Forbidden, await reader.GetStatusAsync("/v1/audit"));
        var (status, _) = await reader.TryPostAsync("/v1/segments", new { key = "no", condition = new { trait = "a", op = "exists" } });
        Assert.Equal(HttpStatusCode.Forbidden, status);
        var audit = await Client.GetAsync("/v1/audit");
        Assert.Contains(audit["entries"]!.AsArray(), e => e!["action"]!.GetValue<string>() == "api_key.create");
    }

    [Fact]
    public async Task Consent_NotGranted_BlocksTheDelivery()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await Client.CreateSegmentAsync("consent", """{"event":"Consent Tried"}""");
        var destination = await Client.PostAsync("/v1/destinations", new { name = "ads", type = "webhook", url = receiver.Url, consent_categories = new[] { "marketing" } });
        var id = (destination["id"] ?? destination["destination"]!["id"]!).GetValue<string>();
        await Client.PostAsync("/v1/activations", new { segment_key = "consent", destination_id = id });

        foreach (var (user, granted) in new[] { ("consent-yes", true), ("consent-no", false) })
        {
            await Client.SendAsync("/v1/track", new
            {
                userId = user,
                @event = "Consent Tried",
                context = new { consent = new { categoryPreferences = new { marketing = granted } } },
            });
        }
        await Client.DrainAsync(deliveries: true);

        var deliveries = (await Client.GetAsync($"/v1/deliveries?destination_id={id}"))["deliveries"]!.AsArray();
        Assert.Equal(["blocked", "delivered"], deliveries.Select(d => d!["state"]!.GetValue<string>()).Order());
        Assert.Contains("marketing", deliveries.Single(d => d!["state"]!.GetValue<string>() == "blocked")!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        var received = Assert.Single(receiver.Received);
        Assert.Contains("consent-yes", received.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deletion_OfAPerson_LeavesNoByteOfThemInAnyStore()
    {
        const string secret = "zzsecretzz";
        await using var receiver = await WebhookReceiver.StartAsync();
        await Client.CreateSegmentAsync("erasure", """{"event":"Erasure Tried"}""");
        var destination = await Client.PostAsync("/v1/destinations", new { name = "erasure", type = "webhook", url = receiver.Url });
        await Client.PostAsync("/v1/activations", new { segment_key = "erasure", destination_id = (destination["id"] ?? destination["destination"]!["id"]!).GetValue<string>() });
        await Client.SendAsync("/v1/identify", new { userId = $"user-{secret}", anonymousId = $"device-{secret}", traits = new { email = $"{secret}@example.com" } });
        await Client.SendAsync("/v1/track", new { userId = $"user-{secret}", @event = "Erasure Tried", properties = new { note = secret } });
        await Client.SendAsync("/v1/track", new { userId = "erasure-bystander", @event = "Erasure Tried" });
        await Client.DrainAsync(deliveries: true);
        Assert.NotEmpty(FilesWith(secret));

        var regulation = await Client.PostAsync("/v1/regulations", new { type = "delete", identifier = new { type = "user_id", value = $"user-{secret}" } });
        var ended = await PlatformClient.UntilAsync(
            () => Client.GetAsync($"/v1/regulations/{regulation["id"]}"), r => r["state"]!.GetValue<string>() == "finished", "the person is deleted");

        Assert.Equal(HttpStatusCode.NotFound, await Client.GetStatusAsync($"/v1/profiles/user_id:user-{secret}"));
        Assert.Equal(1, await Client.SizeAsync("erasure"));
        Assert.Equal(HttpStatusCode.OK, await Client.GetStatusAsync("/v1/profiles/user_id:erasure-bystander"));
        Assert.Equal(2, ended["events_erased"]!.GetValue<long>());
        Assert.Empty(FilesWith(secret));
    }

    private List<string> FilesWith(string text)
    {
        var needle = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(DataDirectory, "*", SearchOption.AllDirectories)
            .Where(file =>
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[stream.Length];
                return bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).IndexOf(needle) >= 0;
            })];
    }
}
