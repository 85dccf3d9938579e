using System.Net;
using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Faults.CrashPoints;

/// <summary>Takes identifiers out of persons, as somebody does who hears an error and tries again.</summary>
internal static class Unmerging
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>An identifier to take out of a person: one that came together with others; null where there is none.</summary>
    public static string? Choose(Person person) =>
        person.Identifiers.FirstOrDefault(i => person.Identifiers.Count > 1 && (i.StartsWith("email:", StringComparison.Ordinal) || i.StartsWith("anonymous_id:", StringComparison.Ordinal)));

    /// <summary>Returns when it is done.</summary>
    public static async Task TakeOutAsync(PlatformClient client, string identifier)
    {
        while (true)
        {
            try
            {
                var (status, body) = await client.TryPostAsync("/v1/identity/unmerge", new { identifier });
                // It was done, and the answer was lost: it is the only identifier of its person then.
                if (status is HttpStatusCode.OK or HttpStatusCode.Conflict)
                    return;
                Assert.True(status == HttpStatusCode.ServiceUnavailable, $"unmerge of {identifier}: {(int)status} {body}");
            }
            catch (HttpRequestException)
            {
                // The process was killed: nobody knows what became of it.
            }
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
