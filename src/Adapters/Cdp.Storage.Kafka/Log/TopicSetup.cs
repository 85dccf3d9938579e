using Cdp.Storage.Kafka.Connection;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Cdp.Storage.Kafka.Log;

/// <summary>
/// Makes the topics, or checks those that are there. Nothing is written before all of them are known to be ours and as they
/// have to be.
/// </summary>
internal sealed class TopicSetup(KafkaConnection connection, KafkaOptions options, Topics topics)
{
    private const string Setting = $"ConnectionStrings:{KafkaOptions.ConnectionName}";

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        using var admin = connection.Admin();
        var brokers = await CountBrokersAsync(admin);
        cancellationToken.ThrowIfCancellationRequested();
        var existing = await DescribeAsync(admin);
        var there = topics.All.Where(t => existing.ContainsKey(t.Name)).ToList();
        foreach (var topic in there)
        {
            if (existing[topic.Name] != topic.Partitions)
            {
                throw new InvalidOperationException(
                    $"The topic {topic.Name} has {existing[topic.Name]} partitions; {topic.Partitions} are needed"
                    + (topic.Partitions > 1 ? ", as Cdp:Collection:Partitions says. The number is fixed when the log is made." : "."));
            }
        }
        await CheckConfigurationAsync(admin, there);
        await Task.Factory.StartNew(() => CheckRecords(there), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await CreateAsync(admin, [.. topics.All.Except(there)], brokers);
    }

    /// <summary>Whether the brokers answer.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var admin = connection.Admin();
        try
        {
            return (await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = connection.Patience }).WaitAsync(cancellationToken)).Nodes.Count > 0;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    private async Task<int> CountBrokersAsync(IAdminClient admin)
    {
        try
        {
            return (await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = connection.Timeout })).Nodes.Count;
        }
        catch (KafkaException exception)
        {
            throw new InvalidOperationException(
                $"{Setting}: no broker answered within {connection.Timeout.TotalSeconds:0.#} s{connection.Complaint}. Addresses of running brokers are needed, and {KafkaOptions.Section}:SecurityProtocol and Sasl… where they ask for credentials.",
                exception);
        }
    }

    // Partitions of those of our topics that exist.
    private async Task<Dictionary<string, int>> DescribeAsync(IAdminClient admin)
    {
        List<TopicDescription> descriptions;
        try
        {
            var result = await admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames(topics.All.Select(t => t.Name)), new DescribeTopicsOptions { RequestTimeout = connection.Timeout });
            descriptions = result.TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            descriptions = exception.Results.TopicDescriptions;
        }
        var refused = descriptions.FirstOrDefault(d => d.Error.Code is not (ErrorCode.NoError or ErrorCode.UnknownTopicOrPart));
        if (refused is not null)
            throw new InvalidOperationException($"The topic {refused.Name} cannot be looked at: {refused.Error.Reason.TrimEnd('.')}. {Setting} needs the right to describe, create, read and write topics named {options.TopicPrefix}.*");
        return descriptions.Where(d => d.Error.Code == ErrorCode.NoError).ToDictionary(d => d.Name, d => d.Partitions.Count);
    }

    private async Task CheckConfigurationAsync(IAdminClient admin, List<Topic> there)
    {
        if (there.Count == 0)
            return;
        var described = await admin.DescribeConfigsAsync(
            there.Select(t => new ConfigResource { Type = ResourceType.Topic, Name = t.Name }), new DescribeConfigsOptions { RequestTimeout = connection.Timeout });
        foreach (var (topic, found) in there.Zip(described.Select(d => d.Entries)))
        {
            foreach (var (name, needed) in topic.Required)
            {
                var value = found.TryGetValue(name, out var entry) ? entry.Value : null;
                if (!string.Equals(Normal(value), Normal(needed), StringComparison.Ordinal))
                    throw new InvalidOperationException($"The topic {topic.Name} has {name}={value}; {needed} is needed. Either it is not Cdp's ({KafkaOptions.Section}:TopicPrefix chooses other names), or its settings were changed.");
            }
        }
    }

    // Lists come in any order.
    private static string? Normal(string? value) => value is null ? null : string.Join(',', value.Split(',').Order(StringComparer.Ordinal));

    private void CheckRecords(List<Topic> there)
    {
        if (there.Count == 0)
            return;
        using var reader = new PartitionReader(connection);
        var filled = there.Where(topic => IsFilled(reader, topic)).Select(t => t.Name).ToList();
        if (filled.Count > 0 && !filled.Contains(topics.Commits))
            throw new InvalidOperationException($"The topic {topics.Commits} is empty or gone, but {string.Join(", ", filled)} have records: without it the log does not know its offsets. Restore it, or choose other names by {KafkaOptions.Section}:TopicPrefix.");
        if (filled.Count > 0 && there.Count < topics.All.Count)
            throw new InvalidOperationException($"The topics {string.Join(", ", topics.All.Except(there).Select(t => t.Name))} are gone, but the log's others have records. Restore them, or choose other names by {KafkaOptions.Section}:TopicPrefix.");
    }

    private static bool IsFilled(PartitionReader reader, Topic topic)
    {
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            var place = new TopicPartition(topic.Name, partition);
            var (low, high) = reader.Range(place);
            if (low == high || reader.Read(place, low, TimeSpan.Zero, settled: true, CancellationToken.None) is not { } record)
                continue;
            if (RecordMark.Of(record.Message) is null)
                throw new InvalidOperationException($"The topic {topic.Name} holds records that Cdp did not write, or that a later version wrote; nothing was changed. Choose other names by {KafkaOptions.Section}:TopicPrefix.");
            return true;
        }
        return false;
    }

    private async Task CreateAsync(IAdminClient admin, List<Topic> missing, int brokers)
    {
        if (missing.Count == 0)
            return;
        var replicas = options.ReplicationFactor ?? (short)Math.Min(3, brokers);
        var specifications = missing.Select(topic =>
        {
            var configuration = topic.Required.Concat(topic.Chosen).ToDictionary();
            if (replicas >= 3)
                configuration["min.insync.replicas"] = "2";
            return new TopicSpecification { Name = topic.Name, NumPartitions = topic.Partitions, ReplicationFactor = replicas, Configs = configuration };
        });
        try
        {
            await admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = connection.Timeout, OperationTimeout = connection.Timeout });
        }
        catch (CreateTopicsException exception)
        {
            var failed = exception.Results.First(r => r.Error.IsError);
            throw new InvalidOperationException(
                $"The topic {failed.Topic} cannot be made with {replicas} replicas on {brokers} brokers: {failed.Error.Reason.TrimEnd('.')}. Kafka 2.3 or later and the right to create topics are needed; {KafkaOptions.Section}:ReplicationFactor is the number of replicas.",
                exception);
        }
    }
}
