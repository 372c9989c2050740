"""The New Year question by Apache Spark, over the very files that the service wrote: `spark-submit spark.py FOLDER`."""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql.window import Window

root = Path(sys.argv[1])
spark = SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")

# Only what manifests name is in the archive.
manifests = [json.loads(path.read_text()) for path in sorted(root.glob("receipts/day=*/manifest.json"))]
parts = [str(root / part["key"]) for manifest in manifests for part in manifest["parts"]]
receipts = spark.read.option("basePath", str(root / "receipts")).parquet(*parts)
receipts.printSchema()
print(f"{receipts.count()} receipts, {sum(manifest['receipts'] for manifest in manifests)} by the manifests")

holidays = (
    receipts.where("type = 'us-sales-receipt' and status <> 'REJECTED'")
    .where("(month(day) = 12 and day(day) >= 30) or (month(day) = 1 and day(day) <= 2)")
    .withColumn(
        "line",
        f.explode(
            f.from_json(
                f.get_json_object(f.decode("raw", "UTF-8"), "$.items"),
                "array<struct<description: string, quantity: double>>",
            )
        ),
    )
    .groupBy(f.expr("year(date_add(day, 2))").alias("new_year"), f.col("line.description").alias("item"))
    .agg(f.sum("line.quantity").cast("long").alias("taken"))
)
place = Window.partitionBy("new_year").orderBy(f.desc("taken"), "item")
holidays.withColumn("place", f.row_number().over(place)).where("place <= 5").orderBy("new_year", "place").show(100, False)
