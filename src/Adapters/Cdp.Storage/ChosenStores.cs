using Cdp.Activation;
using Cdp.Collection;
using Cdp.Governance;
using Cdp.Identity;
using Cdp.Profile;
using Cdp.SegmentSearch;
using Cdp.Storage.Embedded.Activation;
using Cdp.Storage.Embedded.Collection;
using Cdp.Storage.Embedded.Governance;
using Cdp.Storage.Embedded.Identity;
using Cdp.Storage.Embedded.Profile;
using Cdp.Storage.Elastic;
using Cdp.Storage.Embedded.SegmentSearch;
using Cdp.Storage.Kafka;
using Cdp.Storage.Mongo.Activation;
using Cdp.Storage.Mongo.Collection;
using Cdp.Storage.Mongo.Governance;
using Cdp.Storage.Mongo.Identity;
using Cdp.Storage.Mongo.Profile;
using Cdp.Storage.Mongo.SegmentSearch;

namespace Cdp.Storage;

/// <summary>Chooses each stage's stores by the connection strings that are configured.</summary>
public static class ChosenStores
{
    /// <summary>The event log in Kafka, else embedded; state in MongoDB, else embedded.</summary>
    public static CollectionBuilder UseStores(this CollectionBuilder builder)
    {
        _ = builder.Host.Configuration.Kafka() is null ? builder.UseEmbeddedLog() : builder.UseKafkaLog();
        return builder.Host.Configuration.Mongo() is null ? builder.UseEmbeddedState() : builder.UseMongoState();
    }

    /// <summary>MongoDB, else embedded.</summary>
    public static IdentityBuilder UseStores(this IdentityBuilder builder) =>
        builder.Host.Configuration.Mongo() is null ? builder.UseEmbedded() : builder.UseMongo().UseEmbeddedDryRuns();

    /// <summary>MongoDB, else embedded.</summary>
    public static ProfileBuilder UseStores(this ProfileBuilder builder) =>
        builder.Host.Configuration.Mongo() is null ? builder.UseEmbedded() : builder.UseMongo();

    /// <summary>State in MongoDB, else embedded; searches and counts in Elasticsearch, else in memory.</summary>
    public static SegmentSearchBuilder UseStores(this SegmentSearchBuilder builder)
    {
        _ = builder.Host.Configuration.Mongo() is null ? builder.UseEmbedded() : builder.UseMongo();
        return builder.Host.Configuration.Elasticsearch() is null ? builder : builder.UseElasticsearch();
    }

    /// <summary>MongoDB, else embedded.</summary>
    public static ActivationBuilder UseStores(this ActivationBuilder builder) =>
        builder.Host.Configuration.Mongo() is null ? builder.UseEmbedded() : builder.UseMongo();

    /// <summary>MongoDB, else embedded.</summary>
    public static GovernanceBuilder UseStores(this GovernanceBuilder builder) =>
        builder.Host.Configuration.Mongo() is null ? builder.UseEmbedded() : builder.UseMongo();
}
