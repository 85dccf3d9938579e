using System.Net;
using System.Text.Json;
using Cdp.Storage.Elastic.Connection;
using Cdp.Storage.Elastic.Documents;

namespace Cdp.Storage.Elastic.Indices;

/// <summary>Finds, creates, exchanges and deletes the platform's indices. Touches none that the platform did not create.</summary>
internal sealed class ProfileIndices(ElasticClient client, IndexNames names)
{
    /// <summary>Looks at what there is.</summary>
    /// <exception cref="InvalidOperationException">Something else lies under one of the platform's names.</exception>
    public async Task<FoundIndices> FindAsync(CancellationToken cancellationToken)
    {
        string? live = null;
        var isCurrent = false;
        var others = new List<string>();
        var last = 0;
        using var found = await client.GetAsync($"{names.All}?ignore_unavailable=true&allow_no_indices=true&expand_wildcards=open,closed", cancellationToken);
        foreach (var index in found.RootElement.EnumerateObject())
        {
            var aliases = index.Value.GetProperty("aliases");
            var isLive = aliases.TryGetProperty(names.Live, out _);
            if (names.NumberOf(index.Name) is not { } number)
            {
                // A name that only begins like the platform's is another's business, unless it stands in the way.
                if (isLive || aliases.TryGetProperty(names.Next, out _) || index.Name == names.Live || index.Name == names.Next)
                    throw Foreign(index.Name);
                continue;
            }
            if (!ProfileMapping.IsOurs(index.Value.GetProperty("mappings")))
                throw Foreign(index.Name);
            last = Math.Max(last, number);
            if (!isLive)
                others.Add(index.Name);
            else if (live is null)
                (live, isCurrent) = (index.Name, ProfileMapping.IsCurrent(index.Value.GetProperty("mappings")));
        }
        return new FoundIndices(live, isCurrent, others, last);
    }

    /// <summary>Creates an index under an alias, which may be the live one where there is none.</summary>
    public async Task<string> CreateAsync(int number, string alias, CancellationToken cancellationToken)
    {
        var index = names.Of(number);
        try
        {
            (await client.PutAsync(index, ProfileMapping.Create(alias), cancellationToken)).Dispose();
        }
        catch (ElasticException exception) when (exception.Type == "resource_already_exists_exception")
        {
            // It was not there a moment ago: the answer to this very call was lost, and the call repeated.
        }
        return index;
    }

    /// <summary>
    /// Lets searches use another index, in one step with taking it from the former one, which is deleted. Fails where the
    /// former one is not there any more: another process has been faster.
    /// </summary>
    public Task SwapAsync(string? from, string to, CancellationToken cancellationToken)
    {
        var actions = new List<object> { new { remove = new { index = to, alias = names.Next } }, Add(to, names.Live) };
        if (from is not null)
            actions.Add(new { remove_index = new { index = from } });
        return ChangeAliasesAsync(actions, cancellationToken);
    }

    /// <summary>Deletes an index that the platform created; it may be gone already.</summary>
    public async Task DeleteAsync(string index, CancellationToken cancellationToken)
    {
        try
        {
            (await client.DeleteAsync(index, default, cancellationToken)).Dispose();
        }
        catch (ElasticException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            // That is what was wanted.
        }
    }

    private static object Add(string index, string alias) => new { add = new { index, alias } };

    private async Task ChangeAliasesAsync(IReadOnlyList<object> actions, CancellationToken cancellationToken) =>
        (await client.PostAsync("_aliases", JsonSerializer.SerializeToUtf8Bytes(new { actions }), cancellationToken)).Dispose();

    private InvalidOperationException Foreign(string index) => new(
        $"{ElasticOptions.Section}:IndexPrefix: the index {index} stands under the name {names.Live} and was not created by this platform; needed is another prefix, or that index to be removed.");
}
